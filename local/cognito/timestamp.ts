/** A time as AWS JSON writes it: seconds since the epoch, with milliseconds as fraction. */
export function toTimestamp(milliseconds: number): number {
  return milliseconds / 1_000;
}
