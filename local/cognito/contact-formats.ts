/** Whether a value can be an address: one @, no white space, a domain of at least two labels. */
export function isEmailAddress(value: string): boolean {
  return /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(value) && addressPattern.test(value);
}

/** "A plus sign, followed immediately by the country code; only the plus sign and digits": E.164, at most 15 digits. */
export function isPhoneNumber(value: string): boolean {
  return /^\+[1-9]\d{1,14}$/.test(value);
}

const addressPattern =
  /^[^@\s]+@(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i;
