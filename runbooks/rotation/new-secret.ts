const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** AWS takes 24 to 64 characters of `[\w+]` (Amazon Cognito user pools API reference, AddUserPoolClientSecret). */
const LENGTH = 64;

/** Bytes from here on would make some letters likelier than others. */
const FAIR = 256 - (256 % LETTERS.length);

/** A new client secret: 64 letters and digits, each as likely as any other; 381 bits. */
export function generateSecret(randomBytes: (length: number) => Uint8Array): string {
  let secret = "";
  while (secret.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      if (byte < FAIR && secret.length < LENGTH) secret += LETTERS[byte % LETTERS.length];
    }
  }
  return secret;
}

/** A rotation's id: a UUID of random bytes (RFC 9562, version 4). */
export function generateRotationId(randomBytes: (length: number) => Uint8Array): string {
  const bytes = Buffer.from(randomBytes(16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
