/**
 * Text from outside (user attributes, group names, AWS's messages) as a terminal may show it: every control,
 * direction-changing or invisible character and every lone surrogate becomes `\u{…}`, so that nothing can move the
 * cursor, hide a word or fake a line. Line feeds are escaped too: one message stays one line.
 */
export function showText(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** `text` in at most `length` characters; where it is longer, an ellipsis stands for its middle. */
export function shortenText(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  const tail = length - 1 - head;
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - tail).join("")}`;
}

// Control, format (bidirectional marks among them), surrogate, line and paragraph separator characters.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
