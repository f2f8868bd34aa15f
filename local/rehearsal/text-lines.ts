/**
 * How wide a text is at most in a sans-serif face, in ems: measured on DejaVu Sans, the widest that systems come with,
 * because a picture that is drawn here is shown with whatever face the reader has.
 */
export function estimateWidth(text: string): number {
  let ems = 0;
  for (const letter of text) ems += WIDTHS.find(([letters]) => letters.test(letter))?.[1] ?? WIDEST;
  return ems;
}

/** The first that fits. */
const WIDTHS: readonly (readonly [RegExp, ems: number])[] = [
  [/[ijlfIJ.,:;'|/\\ -]/u, 0.36],
  [/[rt()[\]!"*]/u, 0.46],
  [/[csz_`?]/u, 0.56],
  [/[a-ln-vx-z0-9$TLFPSYZ{}]/u, 0.64],
  [/[A-LN-VX-Z&]/u, 0.79],
  [/[#+<=>^~]/u, 0.84],
  // Every other letter of Latin, and what is as wide as a Chinese character.
  [/[\u00a1-\u024f]/u, 0.9],
  [/[mwMW@%\u0250-\uffff]/u, 1],
];

const WIDEST = 1.2;

/** A text in lines of at most so many ems; a word longer than that is broken. */
export function wrapText(text: string, ems: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => breakWord(one, ems))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && estimateWidth(longer) > ems) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function breakWord(word: string, ems: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const letter of word) {
    if (piece !== "" && estimateWidth(piece + letter) > ems) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, piece];
}
