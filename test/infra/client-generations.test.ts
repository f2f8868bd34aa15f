import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { declareSections } from "../support/declared-stack.ts";
import type { Declaration } from "../support/pulumi-mocks.ts";

const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const PARAMETER = "aws:ssm/parameter:Parameter";
const whole: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("../fixtures/whole-stack.json", import.meta.url), "utf8"),
);
const clients = Object(whole.clients);
// A name of its own, because an object literal with this key looks like a promise to readers and linters.
const TREATMENT = "then";
const NAMES = ["web", "api", "batch"] as const;

/** The whole stack with these generations of every client that has a secret. */
function declareGenerations(generations: { generation?: number; alsoAccept?: number[] }) {
  const changed = NAMES.map((name) => [name, { ...clients[name], ...generations }]);
  const rule = {
    name: "api",
    slot: 0,
    from: ["203.0.113.0/24"],
    hosts: ["app.example.com"],
    paths: ["/v1/*"],
  };
  return declareSections({
    ...whole,
    clients: { ...clients, ...Object.fromEntries(changed) },
    routes: {
      ...Object(whole.routes),
      rules: [...Object(whole.routes).rules, { ...rule, [TREATMENT]: "verify-token", client: "batch" }],
    },
    awsAccess: { ...Object(whole.awsAccess), client: "api" },
    alarms: { email: "ops@example.com" },
  });
}

/** What each client's verifiers and users are called, whichever generation they are for. */
const ALARMS = ["alarm-sign-in-throttles"];
const OUTPUTS = ["stack-parameters-newest"];
const VERIFIERS = {
  web: ["sign-in-style-web", "alarm-sign-in-failures-web", ...ALARMS],
  api: ["identity-pool", "identity-pool-roles", "alarm-sign-in-failures-api", ...ALARMS],
  batch: ["routes-slot-0-0"],
};
/** Who uses the client's id, not only accepts it. */
const USERS = { web: ["routes-slot-1-0"], api: [], batch: [] };

/** Everything that names a client's id in its inputs, but the client itself. */
function whoNames(declared: Declaration, id: string): string[] {
  return declared.resources
    .filter(({ type, inputs }) => type !== CLIENT && JSON.stringify(inputs).includes(id))
    .map(({ name }) => name)
    .sort();
}

/** Whoever accepts a generation of a client, by the name that generation has. */
function verifiersOf(name: keyof typeof VERIFIERS, generation = ""): string[] {
  const outputs = [`stack-parameters-clients/${name}`, `stack-parameters-clients/${name}-copy`, ...OUTPUTS];
  const own = VERIFIERS[name].map((verifier) =>
    verifier.endsWith(`-${name}`) ? `${verifier}${generation}` : verifier,
  );
  return [...own, ...outputs].sort();
}

function usersOf(name: keyof typeof VERIFIERS, generation = ""): string[] {
  return [...verifiersOf(name, generation), ...USERS[name], `client-secret-${name}-first`].sort();
}

describe("a stack with a second generation of its clients", () => {
  let before: Declaration;
  let beside: Declaration;
  let moved: Declaration;
  let after: Declaration;
  beforeAll(async () => {
    before = await declareGenerations({});
    beside = await declareGenerations({ generation: 1, alsoAccept: [2] });
    moved = await declareGenerations({ generation: 2, alsoAccept: [1] });
    after = await declareGenerations({ generation: 2 });
  }, 120_000);

  test.each(NAMES)("accepts both everywhere before anybody uses the second: %s", (name) => {
    expect(whoNames(before, `client-${name}-id`)).toEqual(usersOf(name));
    expect(whoNames(beside, `client-${name}-id`)).toEqual(usersOf(name));
    expect(whoNames(beside, `client-${name}_2-id`)).toEqual(verifiersOf(name, "_2"));
  });

  test.each(NAMES)("uses the second then, and still accepts the first everywhere: %s", (name) => {
    expect(whoNames(moved, `client-${name}_2-id`)).toEqual(usersOf(name, "_2"));
    expect(whoNames(moved, `client-${name}-id`)).toEqual(verifiersOf(name));
  });

  test.each(NAMES)("has forgotten the first in the end: %s", (name) => {
    expect(whoNames(after, `client-${name}_2-id`)).toEqual(usersOf(name, "_2"));
    expect(JSON.stringify(after.resources)).not.toContain(`client-${name}-id`);
    expect(after.all(CLIENT).map((client) => client.name)).not.toContain(`client-${name}`);
  });

  test("makes nothing else anew on the way", () => {
    const namesOf = ({ resources }: Declaration) =>
      new Set(resources.map(({ type, name }) => `${type} ${name}`));
    const [first, second, third, last] = [before, beside, moved, after].map(namesOf);
    const made = [...(second ?? [])].filter((name) => !first?.has(name));
    expect(made.map((name) => name.split(" ").at(-1)).sort()).toEqual([
      "alarm-sign-in-failures-api_2",
      "alarm-sign-in-failures-web_2",
      "client-api_2",
      "client-batch_2",
      "client-web_2",
      "sign-in-style-web_2",
    ]);
    expect(third).toEqual(second);
    expect([...(third ?? [])].filter((name) => !last?.has(name))).toHaveLength(made.length);
  });

  test("tells runbooks which is in use, and which is there besides; nothing of it while there is one", () => {
    const part = (declared: Declaration) =>
      JSON.parse(String(declared.one(PARAMETER, "stack-parameters-clients/web").inputs.value));
    const secretName = "sekisho/dev/clients/web";
    const [first, second] = ["client-web-id", "client-web_2-id"];
    expect([before, beside, moved, after].map(part)).toEqual([
      { kind: "alb", clientId: first, secretName },
      { kind: "alb", clientId: first, secretName, others: { 2: second } },
      { kind: "alb", clientId: second, secretName, generation: 2, others: { 1: first } },
      { kind: "alb", clientId: second, secretName, generation: 2 },
    ]);
  });

  test("keeps one secret for both, which follows the one in use", () => {
    const version = (declared: Declaration) =>
      declared.one("aws:secretsmanager/secretVersion:SecretVersion", "client-secret-web-first");
    expect([before, beside, moved, after].map((stage) => version(stage).options.replacementTrigger)).toEqual([
      "client-web-id",
      "client-web-id",
      "client-web_2-id",
      "client-web_2-id",
    ]);
    expect(JSON.parse(String(version(moved).inputs.secretString))).toMatchObject({
      clientId: "client-web_2-id",
    });
  });
});
