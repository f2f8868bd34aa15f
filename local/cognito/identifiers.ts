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

/** `import-` and ten letters and digits. */
export function drawImportJobId(randomBytes: Random): string {
  return `import-${drawText(10, letters + digits, randomBytes)}`;
}

/** A UUID of version 4, the shape of a sub, a branding id and the like. */
export function drawUuid(randomBytes: Random): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  // Through a buffer, so that a million subs are plain strings and not five linked pieces each.
  return Buffer.from(parts.join("-"), "latin1").toString("latin1");
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
