import { encode } from "uqr";

/** What an authenticator app needs to know: for whom, and the secret its codes are made of (Base32). */
export interface AuthenticatorSecret {
  /** Who asks for the codes: shown above them. */
  issuer: string;
  /** Whose they are. */
  account: string;
  secret: string;
}

/**
 * The address an authenticator app reads from a QR code, with the names in it that tell two entries apart (Google
 * Authenticator wiki, "Key Uri Format"; Cognito's codes: SHA-1, 6 digits, 30 seconds).
 */
export function otpauthUri({ issuer, account, secret }: AuthenticatorSecret): string {
  // A colon separates the two, so neither has one.
  const [who, whose] = [issuer, account].map((name) => encodeURIComponent(name.replaceAll(":", " ")));
  return `otpauth://totp/${who}:${whose}?secret=${secret}&issuer=${who}`;
}

/** A secret in groups of four, as people type and screen readers read it. */
export function groupSecret(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}

export interface QrPlace {
  /** How many characters a line may have. */
  columns: number;
  /** Whether the terminal shows colours; without, light is drawn and dark is what is behind it. */
  hasColours: boolean;
}

/** A QR code in lines of half-block characters, dark on light; undefined where a line would be too long. */
export function drawQrCode(text: string, { columns, hasColours }: QrPlace): string[] | undefined {
  const { data, size } = encode(text, { ecc: "L", border: QUIET_ZONE });
  if (size > columns) return undefined;
  const lines: string[] = [];
  for (let row = 0; row < size; row += 2) {
    const cells = Array.from({ length: size }, (_, column) => {
      const upper = data[row]?.[column] === true;
      // Below the last row there is nothing, which is light.
      const lower = data[row + 1]?.[column] === true;
      return hasColours ? HALVES[toIndex(upper, lower)] : HALVES[toIndex(!upper, !lower)];
    });
    lines.push(hasColours ? `${DARK_ON_LIGHT}${cells.join("")}${RESET}` : cells.join(""));
  }
  return lines;
}

/** Modules of light around the code; four by the standard, two are enough for today's cameras. */
const QUIET_ZONE = 2;
/** Neither half, the lower, the upper, both. */
const HALVES = [" ", "▄", "▀", "█"];
/** Black on bright white, whatever the terminal's own colours are (ECMA-48, SGR). */
const DARK_ON_LIGHT = "\u001b[30;107m";
const RESET = "\u001b[0m";

function toIndex(upper: boolean, lower: boolean): number {
  return (upper ? 2 : 0) + (lower ? 1 : 0);
}

/** Whether to use colours: not where the person or the terminal says no (no-color.org). */
export function hasColours({ NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>): boolean {
  return !NO_COLOR && TERM !== "dumb";
}
