/** How large a text message is on its way to a phone. */
export interface SmsSize {
  /** The alphabet of the whole message: one letter outside GSM-7, such as any Japanese one, makes it UCS-2. */
  encoding: "GSM-7" | "UCS-2";
  /** Places it takes in that alphabet; some letters take two. */
  places: number;
  /** Messages that it is sent as; each is billed. */
  parts: number;
}

/** Places of a message that fits into one part, and of each part of one that does not (same page). */
const ROOM = { "GSM-7": { single: 160, each: 153 }, "UCS-2": { single: 70, each: 67 } } as const;

/**
 * The size of a text message as phones and bills count it (AWS End User Messaging SMS User Guide, SMS character
 * limits).
 */
export function measureSms(text: string): SmsSize {
  const letters = [...text];
  const encoding = letters.every(isGsmLetter) ? "GSM-7" : "UCS-2";
  const sizes = letters.map((letter) => placesOf(letter, encoding));
  const places = sizes.reduce((sum, size) => sum + size, 0);
  const { single, each } = ROOM[encoding];
  return { encoding, places, parts: places <= single ? 1 : countParts(sizes, each) };
}

/** What a thousand messages of so many parts cost in USD, rounded to cents. */
export function costPerThousand(parts: number, pricePerPartUsd: number): number {
  return Math.round(parts * pricePerPartUsd * 100_000) / 100;
}

const GSM_LETTERS = new Set([
  ..."@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?",
  ..."¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
]);

/** Letters that GSM-7 writes with an escape before them. */
const GSM_ESCAPED = new Set("\f^{}\\[~]|€");

function isGsmLetter(letter: string): boolean {
  return GSM_LETTERS.has(letter) || GSM_ESCAPED.has(letter);
}

// Letters beyond the first 65,536 of Unicode, such as emoji, are two units of UTF-16.
function placesOf(letter: string, encoding: SmsSize["encoding"]): number {
  if (encoding === "UCS-2") return letter.length;
  return GSM_ESCAPED.has(letter) ? 2 : 1;
}

// A letter of two places never lies in two parts.
function countParts(sizes: readonly number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
