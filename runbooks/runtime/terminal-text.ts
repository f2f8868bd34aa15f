/**
 * Text from outside (user attributes, group names, AWS's messages) as a terminal may show it: every control,
 * direction-changing or invisible character and every lone surrogate becomes `\u{…}`, so that nothing can move the
 * cursor, hide a word or fake a line. Line feeds are escaped too: one message stays one line.
 */
export function showText(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** `text` on one line of at most `length` characters; what is cut ends with an ellipsis. */
export function shortenText(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

// Control, format (bidirectional marks among them), surrogate, line and paragraph separator characters.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
