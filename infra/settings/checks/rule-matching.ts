import { type Cidr, containsCidr, readCidr } from "../../routes/cidr.ts";
import type { RuleSettings } from "../routes.ts";

/** Whether a pattern of a rule (`*` any characters, `?` exactly one, case counts) covers a path. */
export function isPathInPattern(path: string, pattern: string): boolean {
  return isTextInPattern(path, pattern, (letter, wanted) => wanted === "?" || letter === wanted);
}

/**
 * Whether a pattern covers everything that another one covers. True is certain; a few pairs that only look different,
 * such as `?*` and `*?`, count as false.
 */
export function isPatternInPattern(inner: string, outer: string): boolean {
  // A star stands for any number of letters, so only a star covers it.
  return isTextInPattern(inner, outer, (letter, wanted) =>
    wanted === "?" ? letter !== "*" : letter === wanted,
  );
}

type IsLetter = (letter: string | undefined, wanted: string) => boolean;

function isTextInPattern(text: string, pattern: string, isLetter: IsLetter): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  const isPieceAt = (piece: string, place: number) =>
    place + piece.length <= text.length &&
    [...piece].every((wanted, index) => isLetter(text[place + index], wanted));
  if (!isPieceAt(head, 0)) return false;
  const tail = pieces.pop();
  if (tail === undefined) return text.length === head.length;
  // Between two stars the leftmost place leaves the most room for what follows.
  let place = head.length;
  for (const piece of pieces) {
    while (place + piece.length <= text.length && !isPieceAt(piece, place)) place += 1;
    place += piece.length;
  }
  const end = text.length - tail.length;
  return place <= end && isPieceAt(tail, end);
}

/** Whether a rule covers a host and a path, sources aside. */
export function isRuleFor(rule: RuleSettings, host: string, path: string): boolean {
  const isHost = rule.hosts.length === 0 || rule.hosts.includes(host);
  return isHost && (rule.paths.length === 0 || rule.paths.some((pattern) => isPathInPattern(path, pattern)));
}

/** Whether one request can concern both lists of hosts; an empty list means every host. */
export function isSameRequestPossible(hosts: readonly string[], others: readonly string[]): boolean {
  return hosts.length === 0 || others.length === 0 || hosts.some((host) => others.includes(host));
}

/** The networks of a rule; everybody when it names none. */
export function sourcesOf(rule: RuleSettings): Cidr[] {
  const texts = rule.from.length === 0 ? ["0.0.0.0/0", "::/0"] : rule.from;
  return texts.flatMap((text) => {
    const read = readCidr(text);
    return "problem" in read ? [] : [read];
  });
}

/** Whether a rule covers every address of a network. */
export function isSourceCovered(rule: RuleSettings, source: Cidr): boolean {
  return sourcesOf(rule).some((block) => containsCidr(block, source));
}
