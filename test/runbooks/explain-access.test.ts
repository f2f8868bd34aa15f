import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainAccessRunbook } from "../../runbooks/explain-access.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { SAMPLE_FILE } from "../support/sample-settings.ts";
import { createTestHost } from "../support/test-host.ts";

const SAMPLE = SAMPLE_FILE.pathname;
const TARGET = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/0123456789abcdef";
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "explain-access-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function explain(...argv: string[]) {
  const host = createTestHost(argv);
  await runRunbook(explainAccessRunbook, host);
  return { code: host.exitCode(), out: host.out(), error: host.errors() };
}

async function stackFile(content: string): Promise<string> {
  const file = join(folder, "Pulumi.dev.yaml");
  await writeFile(file, content);
  return file;
}

describe("explain-access", () => {
  test("names the rule that decides, what happens, and why each earlier rule was passed over", async () => {
    expect(await explain("--ip", "203.0.113.7", "--path", "/admin", SAMPLE)).toEqual({
      code: 0,
      error: "",
      out: [
        "203.0.113.7 asks app.example.com for /admin.",
        "Rule signed-out-0 (priority 200) does not match: /admin does not fit /signed-out.",
        "Rule internals-0 (priority 300) does not match: /admin fits none of /debug*, /metrics*.",
        "Rule api-0 (priority 400) does not match: /admin does not fit /api/*, and 203.0.113.7 is not in 198.51.100.7/32.",
        "Rule office-0 (priority 500) matches: the browser is sent to the sign-in page (client web), and let through once it has signed in.",
        "",
      ].join("\n"),
    });
  });

  test.each([
    [
      ["--ip", "203.0.113.7", "--path", "/", "--signed-in"],
      `Rule office-0 (priority 500) matches: the request is let through to ${TARGET}, because it has signed in with the client web.`,
    ],
    [
      ["--ip", "198.51.100.7", "--path", "/api/x"],
      "Rule api-0 (priority 400) matches: the answer is 401, because it takes an access token of the client batch with the scope api/read.",
    ],
    [
      ["--ip", "198.51.100.7", "--path", "/api/x", "--token-client", "batch"],
      `Rule api-0 (priority 400) matches: the request is let through to ${TARGET}, because it shows a token of the client batch.`,
    ],
    [
      ["--ip", "2001:db8:1234::1", "--path", "/signed-out"],
      `Rule signed-out-0 (priority 200) matches: the request is let through to ${TARGET}, without sign-in, as the rule spells.`,
    ],
    [
      ["--ip", "203.0.113.7", "--path", "/metrics", "--signed-in"],
      "Rule internals-0 (priority 300) matches: the answer is 403, whoever asks.",
    ],
    [
      ["--ip", "203.0.113.7", "--path", "/metrics/", "--signed-in"],
      "Rule internals-0 (priority 300) matches: the answer is 403, whoever asks.",
    ],
    [
      ["--ip", "192.0.2.1", "--path", "/"],
      "Rule otherwise-0 (priority 1090) matches: the answer is 403, whoever asks.",
    ],
    [
      ["--ip", "192.0.2.1", "--path", "/", "--host", "b.example.com"],
      "No rule of this stack matches: the listener's other rules and its default action decide, which are not this stack's.",
    ],
    [
      ["--ip", "203.0.113.7", "--path", "/oauth2/idpresponse"],
      "On /oauth2/idpresponse the load balancer itself finishes a sign-in that comes back from the page.",
    ],
  ])("answers %o", async (options, sentence) => {
    const { code, out } = await explain(...options, SAMPLE);
    expect(code).toBe(0);
    expect(out.trimEnd().split("\n").at(-1)).toBe(sentence);
  });

  test("tells who cannot connect to a load balancer of our own", async () => {
    const own = (await readFile(SAMPLE, "utf8")).replace(
      /^ {4}listenerArn: .*$/m,
      "    create: {vpcId: vpc-01234567, subnetIds: [subnet-01234567, subnet-76543210], certificateArn: 'arn:aws:acm:ap-northeast-1:123456789012:certificate/1'}",
    );
    const file = await stackFile(own);
    const { out } = await explain("--ip", "192.0.2.1", "--path", "/", file);
    expect(out).toBe(
      [
        "192.0.2.1 asks app.example.com for /.",
        "192.0.2.1 cannot connect: it is in no source of a rule that lets anybody in, and the load balancer's security group has no others.",
        "",
      ].join("\n"),
    );
  });

  test("takes the name of a stack for its file in this folder", async () => {
    const byName = await explain("--ip", "203.0.113.7", "--path", "/admin", "--stack", "dev");
    expect(byName).toEqual(await explain("--ip", "203.0.113.7", "--path", "/admin", SAMPLE));
  });

  test("takes the sample where no stack is named, and says so beside the answer", async () => {
    const unnamed = await explain("--ip", "203.0.113.7", "--path", "/admin");
    expect(unnamed).toEqual({
      ...(await explain("--ip", "203.0.113.7", "--path", "/admin", SAMPLE)),
      error: "No stack file is named, so this is about the sample, Pulumi.dev.yaml.\n",
    });
  });

  test("ends with 10 when the stack of that name has no file here", async () => {
    expect(await explain("--table", "--stack", "nowhere")).toEqual({
      code: 10,
      out: "",
      error:
        "explain-access: The stack nowhere has no Pulumi.nowhere.yaml in this folder. Give the name of a stack that has one, or the path of its file.\n",
    });
  });

  test.each([
    [
      ["--stack", "dev", SAMPLE],
      "Both a stack file and --stack are given. Give the path of Pulumi.<stack>.yaml, or --stack with its name.",
    ],
    [
      ["--stack", "../dev"],
      '--stack "../dev" is no stack name. A name has 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last.',
    ],
  ])("ends with 2 with two stacks, or with no name: %o", async (options, sentence) => {
    const { code, error } = await explain("--table", ...options);
    expect(code).toBe(2);
    expect(error.replaceAll("\n", " ")).toContain(sentence);
  });

  test("says what guards the sign-in page itself, for browsers and for programs", async () => {
    const PAGES = "192.0.2.0/24, 2001:db8:1234::/48, 203.0.113.0/24";
    const outside = await explain("--ip", "198.51.100.7", "--sign-in-page", SAMPLE);
    expect(outside).toEqual({
      code: 0,
      error: "",
      out: [
        `A browser at 198.51.100.7 gets a 403 from the sign-in page: 198.51.100.7 is not on its list (${PAGES}).`,
        "A program at 198.51.100.7 reaches the user pool's API: 198.51.100.7 is on its list (192.0.2.0/24, 198.51.100.0/25, 2001:db8:1234::/48, 203.0.113.0/24).",
        "Load balancers and back ends get tokens from any address.",
        "Beyond 3000 requests in five minutes an address is refused, but for tokens.",
        "",
      ].join("\n"),
    });
    const office = JSON.parse((await explain("--ip", "203.0.113.7", "--sign-in-page", "--json", SAMPLE)).out);
    expect(office).toMatchObject({
      ip: "203.0.113.7",
      isGuarded: true,
      page: { action: "allow", rule: "pages" },
      api: { action: "allow", rule: "api" },
      tokens: { action: "allow", rule: "server-calls" },
    });
  });

  test("says that nothing guards the sign-in page, also of a stack without routes", async () => {
    const bare = await stackFile(
      "config: {aws:region: ap-northeast-1, sekisho:users: {signInWith: email}, sekisho:mfa: {mode: off}, sekisho:backup: {copyTo: none}}\n",
    );
    expect(await explain("--ip", "192.0.2.1", "--sign-in-page", bare)).toEqual({
      code: 0,
      error: "",
      out: "There is no sekisho:guard: everybody on the internet reaches the sign-in page and the user pool's API, 192.0.2.1 too.\n",
    });
  });

  test("prints one JSON object with the request, the rule, the outcome and the rules tried", async () => {
    const { code, out } = await explain("--ip", "203.0.113.7", "--path", "/metrics", "--json", SAMPLE);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      request: { ip: "203.0.113.7", host: "app.example.com", path: "/metrics", isSignedIn: false },
      rule: "internals-0",
      priority: 300,
      outcome: { kind: "refused" },
      tried: [
        { rule: "signed-out-0", priority: 200, mismatches: [{ about: "path", wanted: ["/signed-out"] }] },
        { rule: "internals-0", priority: 300, mismatches: [] },
      ],
    });
  });

  test("prints the whole matrix with --table, and its rows with --json", async () => {
    const { out } = await explain("--table", SAMPLE);
    expect(out.split("\n")[0]).toMatch(/^HOST +PATH +FROM +RULE +WITHOUT SESSION OR TOKEN$/);
    const { rows } = JSON.parse((await explain("--table", "--json", SAMPLE)).out) as { rows: object[] };
    expect(rows).toHaveLength(out.trimEnd().split("\n").length - 1);
    expect(rows).toContainEqual({
      host: "app.example.com",
      path: "/debug*",
      from: ["(everybody)"],
      rule: "internals",
      outcome: "403",
      kind: "refused",
    });
  });

  test("breaks no network of the matrix in a terminal of 60 columns", async () => {
    const host = createTestHost(["--table", SAMPLE], { columns: 60 });
    await runRunbook(explainAccessRunbook, host);
    const lines = host.out().split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "HOST: app.example.com",
      "PATH: /api/*",
      "FROM: 198.51.100.7/32",
      "RULE: api",
      "WITHOUT SESSION OR TOKEN: token (batch, api/read)",
      "",
    ]);
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
  });

  test.each([
    [["--path", "/"], "--ip is missing. Give --ip and --path for one request, or --table for all of them."],
    [
      ["--ip", "203.0.113.7"],
      "--path is missing. Give --ip and --path for one request, or --table for all of them.",
    ],
    [
      ["--ip", "203.0.113", "--path", "/"],
      '--ip "203.0.113" is not an address. Give one address such as 203.0.113.7 or 2001:db8::7, without a prefix length.',
    ],
    [
      ["--ip", "203.0.113.7", "--path", "/", "--token-client", "bat"],
      "--token-client names bat, and sekisho:clients has no such client. Give one of backend, batch, cli, web.",
    ],
    [
      ["--table", "--ip", "203.0.113.7"],
      "--table shows what everybody gets, so --ip has no use. Take one of the two out.",
    ],
  ])("ends with 2 and says what to give: %o", async (options, sentence) => {
    const { code, out, error } = await explain(...options, SAMPLE);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(error.replaceAll("\n", " ")).toContain(sentence);
  });

  test("refuses a stack file with faults, and one without routes", async () => {
    const faulty = await stackFile("config: {aws:region: tokyo, sekisho:mfa: {mode: off}}\n");
    const { code, error } = await explain("--table", faulty);
    expect(code).toBe(2);
    expect(error).toContain(
      `Pulumi.dev.yaml has 3 faults. npm run check-settings -- ${faulty} names them; correct the file first.`,
    );
    const bare = await stackFile(
      "config: {aws:region: ap-northeast-1, sekisho:users: {signInWith: email}, sekisho:mfa: {mode: off}, sekisho:backup: {copyTo: none}}\n",
    );
    const without = await explain("--table", bare);
    expect(without.code).toBe(2);
    expect(without.error).toContain("has no sekisho:routes, so there is no rule that could decide.");
  });
});
