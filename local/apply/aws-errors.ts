// How the local AWS says that it lacks an operation, by the name of the error.
const UNSUPPORTED = new Set([
  "NotImplemented",
  "NotImplementedException",
  "InvalidAction",
  "UnknownOperationException",
  "UnsupportedOperation",
  "UnsupportedOperationException",
]);

/** Whether an error says that the service or operation is not there at all. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof Error && (UNSUPPORTED.has(error.name) || statusOf(error) === 501);
}

/** An error of the AWS SDK in one line: its name and what the service said. */
export function readAwsError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replaceAll(/\s+/g, " ").trim();
  return error.name === "Error" ? message : `${error.name}: ${message}`;
}

/** Whether an error has one of these names, which is how AWS says that something is not there. */
export function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** What `work` resolves with; undefined when it fails with one of these errors. */
export async function unless<Result>(
  names: readonly string[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, ...names)) return undefined;
    throw error;
  }
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
