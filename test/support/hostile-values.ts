/** Pieces that have broken exports before, and that an import file carries all the same. */
export const CARRIED_PIECES = [
  "a",
  "花子",
  "مرحبا",
  "👩‍👩‍👧",
  "e\u0301",
  "O'Brien",
  ",",
  ", ,",
  "=1+1",
  "@SUM(1)",
  "+1",
  "-1",
  "__proto__",
  "constructor",
  "null",
  "TRUE",
  "<script>",
  "&amp;",
  "%00",
  "{{name}}",
  "{####}",
];

/** Those, and others that no import file carries. */
export const HOSTILE_PIECES = [
  ...CARRIED_PIECES,
  "\u202e\u2067right to left\u2069",
  " ",
  "\u3000",
  "\u00a0",
  "\ufeff",
  "\t",
  "\n",
  "\r\n",
  "\u0000",
  "\u001b[31m",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ud83d",
  "\ude00",
  "\uffff",
  '"',
  "'",
  "\\",
  "\\,",
  "=cmd|'/c calc'!A0",
];

/** The longest value that Cognito takes, in UTF-16 code units. */
const LONGEST = 2_048;

/** A value of one to a few such pieces; one in a hundred is as long as a value may be. */
export function createHostileValue(random: () => number, pieces: readonly string[]): string {
  const piece = () => pieces[Math.floor(random() * pieces.length)] ?? "";
  if (random() < 0.01) {
    let value = "";
    while (value.length < LONGEST) value += piece();
    return value.slice(0, LONGEST);
  }
  return Array.from({ length: 1 + Math.floor(random() * 6) }, piece).join("");
}
