import { escapeHtml } from "../../infra/messages/message-rendering.ts";
import type { Room, RoomId, RoomLine } from "./room.ts";
import { wrapText } from "./text-lines.ts";

/** A stack to look at, and what the numbers in it stand for. */
export interface StackPicture {
  /** An SVG element of its own. */
  svg: string;
  /** The first is number 1. */
  steps: string[];
}

/**
 * A stack as a picture: in the upper half the way of a request through rules, guard, sign-in page and users to the
 * application, below it what the people get and what keeps the users. A pure function of the rooms.
 */
export function drawStack(stack: string, rooms: readonly Room[]): StackPicture {
  const byId = new Map(rooms.map((room) => [room.id, room]));
  const find = (ids: readonly RoomId[]) => ids.flatMap((id) => byId.get(id) ?? []);
  const path = placeColumns(PATH_COLUMNS.map(find), TOP + HEADING);
  const received = placeRow(
    find(["mail", "sms", "functions", "outputs"]),
    bottomOf(path) + BAND_GAP + HEADING,
  );
  const kept = placeRow(
    find(["backups", "copy", "audit", "alarms", "keys", "others"]),
    bottomOf(received) + BAND_GAP + HEADING,
  );
  const boxes = [...path, ...received, ...kept];
  const height = bottomOf(boxes) + MARGIN;
  const steps = findSteps(boxes);
  const svg = [
    `<svg class="stack-picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="stack-title stack-description">`,
    `<title id="stack-title">The stack ${escapeHtml(stack)}</title>`,
    `<desc id="stack-description">${escapeHtml(describeForListeners(rooms))}</desc>`,
    `<style>${STYLE}</style>`,
    heading("The way of a request", TOP),
    heading("Around it", bottomOf(path) + BAND_GAP),
    heading("What keeps it", bottomOf(received) + BAND_GAP),
    ...steps.map(({ from, to }, index) => drawArrow(from, to, index + 1)),
    ...drawCopying(boxes),
    ...boxes.map(drawBox),
    "</svg>",
  ].join("\n");
  return { svg, steps: steps.map(({ what }) => what) };
}

/** A room with its place in the picture. */
interface Box {
  room: Room;
  x: number;
  y: number;
  width: number;
  height: number;
  lines: PlacedLine[];
}

/** A line with the height of its baseline above the top of the box. */
interface PlacedLine extends RoomLine {
  baseline: number;
}

const WIDTH = 1120;
const MARGIN = 2;
const TOP = 6;
const HEADING = 26;
const BAND_GAP = 40;
const COLUMN_GAP = 60;
const ROW_GAP = 40;
const PADDING = 16;
const TITLE_HEIGHT = 30;
const LINE_HEIGHT = 20;
/** Above a heading within a room. */
const HEADING_SPACE = 7;
const FONT_SIZE = 13.5;

const PATH_COLUMNS: readonly (readonly RoomId[])[] = [
  ["who", "clients", "awsAccess"],
  ["routes", "applications"],
  ["guard", "signInPage", "users"],
];

const LONGEST_ROW = 4;

function placeColumns(columns: readonly Room[][], top: number): Box[] {
  const filled = columns.filter((column) => column.length > 0);
  const width = (WIDTH - 2 * MARGIN - (columns.length - 1) * COLUMN_GAP) / columns.length;
  return filled.flatMap((column, place) => {
    let y = top;
    return column.map((room) => {
      const box = sizeBox(room, MARGIN + place * (width + COLUMN_GAP), y, width);
      y += box.height + ROW_GAP;
      return box;
    });
  });
}

/** Rows as even as they can be, each as wide as the picture: no room stands alone beneath a full row. */
function placeRow(rooms: readonly Room[], top: number): Box[] {
  const rows = Math.ceil(rooms.length / LONGEST_ROW);
  const boxes: Box[] = [];
  let y = top;
  for (let row = 0; row < rows; row++) {
    const placed = rooms.slice(
      Math.ceil((row * rooms.length) / rows),
      Math.ceil(((row + 1) * rooms.length) / rows),
    );
    const width = (WIDTH - 2 * MARGIN - (placed.length - 1) * ROW_GAP) / placed.length;
    const sized = placed.map((room, place) => sizeBox(room, MARGIN + place * (width + ROW_GAP), y, width));
    const height = Math.max(...sized.map((box) => box.height));
    boxes.push(...sized.map((box) => ({ ...box, height })));
    y += height + ROW_GAP / 2;
  }
  return boxes;
}

function sizeBox(room: Room, x: number, y: number, width: number): Box {
  const ems = (width - 2 * PADDING) / FONT_SIZE;
  let baseline = PADDING + TITLE_HEIGHT - LINE_HEIGHT + 12;
  const lines = room.lines.flatMap(({ text, tone }, index) => {
    if (tone === "strong" && index > 0) baseline += HEADING_SPACE;
    return wrapText(text, tone === "strong" ? ems / BOLDER : ems).map((part) => {
      baseline += LINE_HEIGHT;
      return { text: part, tone, baseline };
    });
  });
  return { room, x, y, width, height: baseline + PADDING, lines };
}

/** How much wider bold letters are. */
const BOLDER = 1.1;

function bottomOf(boxes: readonly Box[]): number {
  return Math.max(...boxes.map(({ y, height }) => y + height));
}

/** The steps that a request takes through these rooms, in their order. */
function findSteps(boxes: readonly Box[]): { from: Box; to: Box; what: string }[] {
  const box = (id: RoomId) => boxes.find(({ room }) => room.id === id);
  const [who, routes, guard, page, users] = (["who", "routes", "guard", "signInPage", "users"] as const).map(
    box,
  );
  const signIn = guard ?? page ?? users;
  const steps: [Box | undefined, Box | undefined, string][] = [
    [who, routes ?? signIn, routes ? "the first rule that fits decides" : "people come"],
    [routes, signIn, "who must sign in is sent to the sign-in"],
    [guard, page ?? users, "the guard lets in whom its lists name"],
    [page, users, "password and second factor"],
    [routes, box("applications"), "on to the application"],
    [who, box("clients"), "every sign-in is made through one of the clients"],
    [box("clients"), box("awsAccess"), "a sign-in through the client named there is good for an AWS role"],
  ];
  return steps.flatMap(([from, to, what]) => (from && to ? [{ from, to, what }] : []));
}

function drawCopying(boxes: readonly Box[]): string[] {
  const [backups, copy] = (["backups", "copy"] as const).map((id) =>
    boxes.find(({ room }) => room.id === id),
  );
  return backups && copy ? [drawArrow(backups, copy)] : [];
}

/** Sideways at the height of the titles, or straight down between two rooms of one column. */
function drawArrow(from: Box, to: Box, step?: number): string {
  const isDown = from.x === to.x;
  const start = isDown
    ? { x: from.x + from.width / 2, y: from.y + from.height }
    : { x: from.x + from.width, y: from.y + PADDING + 12 };
  const end = isDown ? { x: start.x, y: to.y } : { x: to.x, y: start.y };
  const tip = isDown
    ? `M${end.x - 5} ${end.y - 9}L${end.x} ${end.y}L${end.x + 5} ${end.y - 9}`
    : `M${end.x - 9} ${end.y - 5}L${end.x} ${end.y}L${end.x - 9} ${end.y + 5}`;
  const line = `<path class="stack-arrow" d="M${start.x} ${start.y}L${end.x} ${end.y}${tip}"/>`;
  if (step === undefined) return line;
  const [x, y] = [(start.x + end.x) / 2 - (isDown ? 0 : 3), (start.y + end.y) / 2 - (isDown ? 3 : 0)];
  return `${line}\n<circle class="stack-step" cx="${x}" cy="${y}" r="11"/>\n<text class="stack-number" x="${x}" y="${y + 4.5}">${step}</text>`;
}

function drawBox({ room, x, y, width, height, lines }: Box): string {
  const texts = lines.map(
    ({ text, tone, baseline }) =>
      `<text class="stack-${tone}" x="${x + PADDING}" y="${y + baseline}">${escapeHtml(text)}</text>`,
  );
  return [
    `<g data-room="${room.id}">`,
    `<rect class="stack-room" x="${x}" y="${y}" width="${width}" height="${height}" rx="12"/>`,
    `<text class="stack-title" x="${x + PADDING}" y="${y + PADDING + 16}">${escapeHtml(room.title)}</text>`,
    ...texts,
    "</g>",
  ].join("\n");
}

function heading(text: string, y: number): string {
  return `<text class="stack-heading" x="${MARGIN}" y="${y + 10}">${escapeHtml(text)}</text>`;
}

function describeForListeners(rooms: readonly Room[]): string {
  return rooms.map(({ title, lines }) => `${title}: ${lines.map(({ text }) => text).join("; ")}`).join(". ");
}

const STYLE = `
.stack-picture {
  --stack-card: #ffffff; --stack-line: #d9d6cb; --stack-ink: #22262b; --stack-soft: #63696f; --stack-accent: #24524a;
  font-family: system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif;
  font-size: ${FONT_SIZE}px;
}
@media (prefers-color-scheme: dark) {
  .stack-picture {
    --stack-card: #1f2427; --stack-line: #3a4246; --stack-ink: #e8e6e1; --stack-soft: #a2a9ad; --stack-accent: #8fc7ba;
  }
}
.stack-room { fill: var(--stack-card); stroke: var(--stack-line); }
.stack-arrow { fill: none; stroke: var(--stack-accent); stroke-width: 1.6; }
.stack-step { fill: var(--stack-accent); }
.stack-number { fill: var(--stack-card); font-size: 12px; font-weight: 700; text-anchor: middle; }
.stack-heading { fill: var(--stack-soft); font-size: 13px; letter-spacing: 0.04em; }
.stack-title { fill: var(--stack-ink); font-size: 16px; font-weight: 600; }
.stack-strong { fill: var(--stack-ink); font-weight: 600; }
.stack-plain { fill: var(--stack-ink); }
.stack-soft { fill: var(--stack-soft); }
`;
