import type { World } from "./state.ts";

type Random = World["randomBytes"];

const lowerCase = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const letters = lowerCase + lowerCase.toUpperCase();

/** `<region>_<nine letters and digits>`. */
export function drawPoolId(region: string, randomBytes: Random): string {
  return `${region}_${drawText(9, letters + digits, randomBytes)}`;
}

/** 26 lower-case letters and digits. */
export function drawClientId(randomBytes: Random): string {
  return drawText(26, lowerCase + digits, randomBytes);
}

/** About 51 lower-case letters and digits, as Cognito generates secrets. */
export function drawClientSecret(randomBytes: Random): string {
  return drawText(51, lowerCase + digits, randomBytes);
}

/** A UUID of version 4, the shape of a sub, a branding id and the like. */
export function drawUuid(randomBytes: Random): string {
  const bytes = randomBytes(16);
  const at = (index: number) => bytes[index] ?? 0;
  const hex = (from: number, to: number) => {
    let part = "";
    for (let index = from; index < to; index++) part += (at(index) | 0x100).toString(16).slice(1);
    return part;
  };
  const version = ((at(6) & 0x0f) | 0x40).toString(16) + hex(7, 8);
  const variant = ((at(8) & 0x3f) | 0x80).toString(16) + hex(9, 10);
  return `${hex(0, 4)}-${hex(4, 6)}-${version}-${variant}-${hex(10, 16)}`;
}

/** Characters drawn evenly from an alphabet of at most 256. */
export function drawText(length: number, alphabet: string, randomBytes: Random): string {
  const fair = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < fair) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
