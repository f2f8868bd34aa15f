import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

/**
 * Since when a user's tokens are good again, in seconds since the epoch; undefined for somebody who was never signed out.
 * Rejects where that cannot be known.
 */
export type ReadSignOut = (sub: string) => Promise<number | undefined>;

interface Known {
  notBefore: number | undefined;
  until: number;
}

const MOST_ENTRIES = 10_000;

/**
 * Reads the table of sign-outs, and remembers each answer for `seconds`: so long does a sign-out take to be noticed here,
 * and so often is the table asked about one user. Failures are not remembered.
 */
export function createSignOutReader({
  dynamodb,
  table,
  seconds = 15,
}: {
  /** Give it a deadline and few attempts: each request waits for it. */
  dynamodb: Pick<DynamoDBClient, "send">;
  table: string;
  seconds?: number;
}): ReadSignOut {
  const known = new Map<string, Known>();
  return async (sub) => {
    const entry = known.get(sub);
    if (entry !== undefined && Date.now() < entry.until) return entry.notBefore;
    const command = new GetItemCommand({ TableName: table, Key: { sub: { S: sub } }, ConsistentRead: true });
    const { Item } = await dynamodb.send(command);
    const notBefore = Item === undefined ? undefined : readSeconds(Item.notBefore?.N);
    known.delete(sub);
    known.set(sub, { notBefore, until: Date.now() + seconds * 1_000 });
    const [oldest] = known.keys();
    if (known.size > MOST_ENTRIES && oldest !== undefined) known.delete(oldest);
    return notBefore;
  };
}

// An entry that nobody can read is no reason to let somebody in.
function readSeconds(text: string | undefined): number {
  const seconds = text === undefined ? Number.NaN : Number(text);
  if (!Number.isFinite(seconds))
    throw new Error("An entry of the table of sign-outs has no time in notBefore.");
  return seconds;
}
