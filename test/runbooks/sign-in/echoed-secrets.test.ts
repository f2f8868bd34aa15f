import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SignInVerb } from "../../../runbooks/sign-in/sign-in-verb.ts";
import { confirmVerb } from "../../../runbooks/sign-in/verbs/confirm.ts";
import { forgotPasswordVerb } from "../../../runbooks/sign-in/verbs/forgot-password.ts";
import { signUpVerb } from "../../../runbooks/sign-in/verbs/sign-up.ts";
import { type CommandLineWorld, openCommandLine } from "../../support/sign-in-command.ts";
import { EMAIL } from "../../support/sign-in-world.ts";

/** What Cognito answers to an operation; "echo" refuses it and repeats every value that was sent. */
type Script = Readonly<Record<string, object | "echo">>;

let script: Script = {};
let refusal = "UserLambdaValidationException";
let server: Server;
let world: CommandLineWorld;

beforeAll(async () => {
  server = createServer(async (asked, answer) => {
    const operation = String(asked.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const input: unknown = JSON.parse(await text(asked));
    const scripted = script[operation] ?? {};
    const body = scripted === "echo" ? { __type: refusal, message: valuesOf(input).join(" ") } : scripted;
    answer.writeHead(scripted === "echo" ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    answer.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(async () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  world = await openCommandLine({ env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
});
afterEach(() => world.close());

function valuesOf(input: unknown): string[] {
  if (typeof input === "string") return [input];
  return typeof input === "object" && input !== null ? Object.values(input).flatMap(valuesOf) : [];
}

const SECRET = "Canary-horse 7";
const CODE = "739184";

describe("Cognito repeats what it was sent, and no failure shows", () => {
  test.each<[string, SignInVerb, Script, string[], string[]]>([
    [
      "the new password and the code of forgot-password",
      forgotPasswordVerb,
      { ConfirmForgotPassword: "echo" },
      [EMAIL, CODE, SECRET, SECRET],
      [SECRET, CODE],
    ],
    ["the password of sign-up", signUpVerb, { SignUp: "echo" }, [EMAIL, SECRET, SECRET], [SECRET]],
    ["the code of confirm", confirmVerb, { ConfirmSignUp: "echo" }, [EMAIL, CODE], [CODE]],
  ])("%s", async (_, verb, answers, typed, secrets) => {
    script = answers;
    for (const name of [
      "UserLambdaValidationException",
      "InvalidParameterException",
      "NotAuthorizedException",
    ]) {
      refusal = name;
      const host = await world.run(verb, [], { answers: typed });
      expect(host.exitCode()).not.toBe(0);
      for (const secret of secrets) expect(host.errors() + host.out()).not.toContain(secret);
    }
  });
});
