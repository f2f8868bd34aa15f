/**
 * How wide a text is at most in a sans-serif face, in ems: an estimate on the wide side, because a picture that is
 * drawn here is shown with whatever face the reader has.
 */
export function estimateWidth(text: string): number {
  let ems = 0;
  for (const letter of text) {
    if (/[ijl.,:;'|!()[\]/ ]/.test(letter)) ems += 0.42;
    else if (/[mwMW@%→…]/.test(letter)) ems += 1;
    else if (/[\u1100-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]/.test(letter)) ems += 1;
    else if (/[A-Z]/.test(letter)) ems += 0.78;
    else if (letter > "\u{ffff}") ems += 1.2;
    else ems += 0.66;
  }
  return ems;
}

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
