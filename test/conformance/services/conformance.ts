import { describe, expect, test } from "vitest";
import { type Place, places } from "./places.ts";

/** One thing a service does, stated once for every place. */
export interface Conformance {
  /** The promise, as an operator would say it. */
  title: string;
  /** Where AWS says so, or where it was seen on AWS. */
  source: string;
  /** Emulators known to do otherwise, and what they do. */
  differs?: Readonly<Record<string, string>>;
  /** Needs what only the gateway can do: control routes, claims of tokens at will. */
  needsControl?: true;
  run(place: Place): Promise<void>;
}

/** Runs each behaviour in each place; a known difference must stay one, so that the list cannot rot. */
export function describeConformance(subject: string, behaviours: readonly Conformance[]): void {
  for (const { name, open, canControl } of places()) {
    describe(`${subject}: ${name}`, () => {
      for (const { title, source, differs, needsControl, run } of behaviours) {
        if (needsControl && !canControl) continue;
        const difference = differs?.[name];
        const check = difference === undefined ? test : test.fails;
        check(
          `${title} (${source}${difference === undefined ? "" : `; ${name}: ${difference}`})`,
          async () => {
            const place = await open();
            try {
              await run(place);
            } finally {
              await place.close();
            }
          },
        );
      }
    });
  }
}

/** Expects a call to be refused with AWS's error code and, where given, its sentence. */
export async function expectRefusal(
  call: Promise<unknown>,
  code: string,
  message?: string | RegExp,
): Promise<void> {
  const refused = await call.then(
    () => ({ Code: "it was accepted", name: "", message: "" }),
    (error: Error & { Code?: string }) => error,
  );
  // Services of the query protocol write the code without the "Exception" that the SDK's classes end with.
  expect((refused.Code ?? refused.name).replace(/Exception$/, "")).toBe(code.replace(/Exception$/, ""));
  if (message instanceof RegExp) expect(refused.message).toMatch(message);
  else if (message !== undefined) expect(refused.message).toBe(message);
}
