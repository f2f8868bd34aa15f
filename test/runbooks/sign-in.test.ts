import { describe, expect, test } from "vitest";
import { signInVerbs } from "../../runbooks/sign-in/verbs.ts";
import { runSignIn } from "../../runbooks/sign-in.ts";
import { createTestHost } from "../support/test-host.ts";

async function run(...argv: string[]) {
  const host = createTestHost(argv);
  await runSignIn(host);
  return { code: host.exitCode(), out: host.out(), error: host.errors() };
}

describe("npm run sign-in", { timeout: 60_000 }, () => {
  test.each([[[]], [["--help"]], [["-h"]]])("with %j lists the verbs and what each does", async (argv) => {
    const { out, error } = await run(...argv);
    expect(error).toBe("");
    const lines = out.split("\n");
    expect(lines[2]).toBe("Usage: npm run --silent sign-in -- <verb> [options]");
    const listed = lines.filter((line) => line.startsWith("  ")).map((line) => line.trim().split(/ +/)[0]);
    expect(listed).toEqual(Object.keys(signInVerbs));
    expect(listed).toEqual([
      "login",
      "logout",
      "sign-up",
      "confirm",
      "resend",
      "forgot-password",
      "change-password",
      "enrol-totp",
      "set-answer",
      "credentials",
      "exec",
      "whoami",
      "verify-token",
    ]);
  });

  test("hands the words after the verb to it", async () => {
    expect((await run("login", "--help")).out).toContain(
      "Usage: npm run --silent sign-in -- login [options]",
    );
    expect((await run("login", "--flw", "srp")).error).toBe(
      "sign-in login: Unknown option --flw. --help shows the options.\n",
    );
  });

  test.each<[string[], string]>([
    [["logn"], 'sign-in: "logn" is no verb. Did you mean login?'],
    [["make-coffee"], 'sign-in: "make-coffee" is no verb. --help lists the verbs.'],
    [["toString"], 'sign-in: "toString" is no verb. --help lists the verbs.'],
    [["--stack", "dev", "login"], "sign-in: The verb comes before --stack. --help lists the verbs."],
  ])("with %j ends with 2 and one line", async (argv, line) => {
    expect(await run(...argv)).toMatchObject({ code: 2, error: `${line}\n`, out: "" });
  });

  test("that fails says so in one object with --json", async () => {
    const { code, out } = await run("logn", "--json");
    expect([code, JSON.parse(out)]).toEqual([
      2,
      { error: { message: '"logn" is no verb.', remedy: "Did you mean login?", exitCode: 2 } },
    ]);
  });

  test("explains every verb, with its exit codes", async () => {
    for (const verb of Object.keys(signInVerbs)) {
      const { code, out } = await run(verb, "--help");
      expect([verb, code]).toEqual([verb, 0]);
      expect(out).toContain("Examples:");
      const codes =
        out
          .split("Exit codes")[1]
          ?.match(/^ {2}\d+(?= )/gm)
          ?.map(Number) ?? [];
      // Every one opens files of this machine and asks AWS; all but one need the session's lock.
      const expected = [2, 10, 13, 15, 16, ...(verb === "verify-token" ? [] : [11, 12])];
      expect([verb, expected.filter((one) => !codes.includes(one))]).toEqual([verb, []]);
    }
  });
});
