import { type AuthenticationEvent, signInRecord } from "./sign-in-record.ts";

/** Cognito's pre and post authentication triggers: one line of JSON in the function's own log for each. */
export const handler = createHandler({
  write: (line) => process.stdout.write(`${line}\n`),
  now: () => new Date(),
});

/** Whatever goes wrong here must not keep anybody out: the line is lost, the log says so, and the sign-in goes on. */
export function createHandler({ write, now }: { write: (line: string) => void; now: () => Date }) {
  return async (event: AuthenticationEvent): Promise<AuthenticationEvent> => {
    try {
      const record = signInRecord(event, now());
      if (record) write(JSON.stringify(record));
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      write(JSON.stringify({ level: "ERROR", event: "sign-in-log-failed", error: name }));
    }
    return event;
  };
}
