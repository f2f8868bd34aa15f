import { describe, expect, test } from "vitest";
import { type Json, member, Refusal, type Target, targets } from "./target.ts";

/** One thing AWS does, stated once for every target. */
export interface Conformance {
  /** The promise, as an operator would say it. */
  title: string;
  /** Where AWS says so: page of the Developer Guide or API reference, or where it was seen on AWS. */
  source: string;
  /** Emulators known to do otherwise, and what they do. */
  differs?: Readonly<Record<string, string>>;
  /** Needs the model's clock, seeding door or options. */
  needsControl?: true;
  run(target: Target): Promise<void>;
}

/** Runs each behaviour against each target; a known difference must stay one, so that the list cannot rot. */
export function describeConformance(subject: string, behaviours: readonly Conformance[]): void {
  for (const { name, open, canControl } of targets()) {
    describe(`${subject}: ${name}`, () => {
      for (const { title, source, differs, needsControl, run } of behaviours) {
        if (needsControl && !canControl) continue;
        const difference = differs?.[name];
        const check = difference === undefined ? test : test.fails;
        check(
          `${title} (${source}${difference === undefined ? "" : `; ${name} ${difference}`})`,
          async () => {
            const target = open();
            try {
              await run(target);
            } finally {
              await target.close();
            }
          },
        );
      }
    });
  }
}

/** Expects a call to be refused with this exception and, where given, this sentence. */
export async function expectRefusal(
  call: Promise<unknown>,
  code: string,
  message?: string | RegExp,
): Promise<void> {
  const refusal = await call.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Refusal) return error;
      throw error;
    },
  );
  expect(refusal?.code ?? "it was accepted").toBe(code);
  if (message !== undefined)
    expect(refusal?.message).toMatch(message instanceof RegExp ? message : exactly(message));
}

/** A pool with what the test needs beside a name; returns its id. */
export async function createPool(target: Target, settings: Json = {}): Promise<string> {
  return String(
    member(await target.call("CreateUserPool", { PoolName: "conformance", ...settings }), "UserPool", "Id"),
  );
}

/** A user without messages; returns the User of the answer. */
export async function createUser(target: Target, UserPoolId: string, Username: string, settings: Json = {}) {
  const input = { UserPoolId, Username, MessageAction: "SUPPRESS", ...settings };
  return member(await target.call("AdminCreateUser", input), "User");
}

/** A user's attributes by name, read with AdminGetUser. */
export async function readAttributes(
  target: Target,
  UserPoolId: string,
  Username: string,
): Promise<Record<string, string>> {
  return attributesOf(await target.call("AdminGetUser", { UserPoolId, Username }), "UserAttributes");
}

/** Name and value pairs as a record. */
export function attributesOf(user: unknown, name = "Attributes"): Record<string, string> {
  const pairs = member(user, name);
  if (!Array.isArray(pairs)) throw new Error(`no ${name} in the answer`);
  return Object.fromEntries(
    pairs.map((pair) => [String(member(pair, "Name")), String(member(pair, "Value"))]),
  );
}

/** Attributes as the API takes them. */
export function attributes(values: Readonly<Record<string, string>>): Json[] {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

/** A list of an answer. */
export function listOf(answer: Json, name: string): unknown[] {
  const list = answer[name];
  if (!Array.isArray(list)) throw new Error(`no list ${name} in the answer`);
  return list;
}

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}
