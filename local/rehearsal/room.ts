/** Every room a stack can have, in the order in which they are drawn. */
export const ROOM_IDS = [
  ...(["who", "clients", "awsAccess", "routes", "applications", "guard", "signInPage", "users"] as const),
  ...(["mail", "sms", "functions", "outputs"] as const),
  ...(["backups", "copy", "audit", "alarms", "keys", "others"] as const),
] as const;

export type RoomId = (typeof ROOM_IDS)[number];

export interface RoomLine {
  text: string;
  /** How it is set: a heading within the room, plain, or an aside. */
  tone: "strong" | "plain" | "soft";
}

/** One part of a stack as a person thinks of it. */
export interface Room {
  id: RoomId;
  title: string;
  lines: RoomLine[];
}

/** What a room shows; its id and its count of resources are added when the stack is put together. */
export type RoomText = Omit<Room, "id">;

/** Networks and values listed by name before the rest is only counted. */
const MOST_LISTED = 6;

export function listed(values: readonly string[]): string[] {
  if (values.length <= MOST_LISTED) return [...values];
  return [...values.slice(0, MOST_LISTED - 1), `and ${values.length - MOST_LISTED + 1} more`];
}

export function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

export function strong(text: string): RoomLine {
  return { text, tone: "strong" };
}

export function plain(text: string): RoomLine {
  return { text, tone: "plain" };
}

export function soft(text: string): RoomLine {
  return { text, tone: "soft" };
}
