/** What somebody else's error says, on one line and without the last full stop: part of a sentence of our own. */
export function failureText(failure: unknown): string {
  const text = failure instanceof Error ? failure.message : String(failure);
  return text.replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
}
