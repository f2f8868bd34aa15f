/** A clock that is wrong enough for codes of an authenticator to be wrong (Developer Guide, "TOTP software token MFA"). */
export function describeClock(aheadMs: number | undefined): string | undefined {
  if (aheadMs === undefined || Math.abs(aheadMs) <= TOLERATED_MS) return undefined;
  const side = aheadMs > 0 ? "ahead of" : "behind";
  return `This machine's clock is ${describeSpan(Math.abs(aheadMs))} ${side} AWS's: set it.`;
}

const TOLERATED_MS = 30_000;

function describeSpan(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3_600)} hours`;
}
