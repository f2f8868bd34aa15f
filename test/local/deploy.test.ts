import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { DeployError, type Deployment, deploy, type Registration } from "../../local/deploy.ts";
import { type FakeAws, fakeAws } from "./engine/fake-makers.ts";

const TYPES = [
  "aws:cognito/userPool:UserPool",
  "aws:cognito/userPoolClient:UserPoolClient",
  "aws:iam/role:Role",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:ssm/parameter:Parameter",
];

/** Every run of a program starts a process; so the tests share three runs of one program. */
function run(
  aws: FakeAws,
  program: "sign-in" | "faulty",
  config: Record<string, unknown>,
  more: Partial<Parameters<typeof deploy>[0]> = {},
): Promise<Deployment> {
  const entries = Object.entries(config).map(([key, value]) => [
    `${program}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return deploy({
    projectDir: fileURLToPath(new URL(`../fixtures/programs/${program}`, import.meta.url)),
    stack: "dev",
    config: { "aws:region": "ap-northeast-1", ...Object.fromEntries(entries) },
    // Nobody listens there: a program or maker that calls AWS past the fakes fails.
    endpoint: "http://127.0.0.1:9",
    makers: aws.makers,
    invokes: {
      "aws:index/getCallerIdentity:getCallerIdentity": async () => ({ accountId: "123456789012" }),
      "aws:sesv2/getEmailIdentity:getEmailIdentity": async ({ emailIdentity }) => {
        throw new Error(`reading ${String(emailIdentity)}: couldn't find resource`);
      },
    },
    ...more,
  });
}

function find({ registrations }: Deployment, name: string): Registration {
  const found = registrations.find((resource) => resource.name === name);
  if (!found) throw new Error(`${name} is not registered`);
  return found;
}

function urnsOf(deployment: Deployment, ...names: string[]): string[] {
  return names.map((name) => find(deployment, name).urn);
}

describe("a program that is deployed, changed and deployed again", () => {
  const aws = fakeAws(TYPES);
  aws.computed.web = { clientSecret: "s3cret" };
  const messages: string[] = [];
  let first: Deployment;
  let same: Deployment;
  let changed: Deployment;
  let writesOfSame: string[];
  let writesOfChange: string[];

  beforeAll(async () => {
    const more = {
      secretConfigKeys: ["sign-in:password"],
      onMessage: (severity: string, message: string) => messages.push(`${severity}: ${message}`),
    };
    first = await run(aws, "sign-in", { shape: {}, password: "hunter2" }, more);

    aws.writes.length = 0;
    // What rotation does to the first version of a secret.
    aws.computed["web-secret-first"] = { versionStages: ["first"] };
    same = await run(aws, "sign-in", { shape: {}, password: "hunter2" }, { ...more, previous: first });
    writesOfSame = [...aws.writes];

    aws.writes.length = 0;
    // Somebody deletes the client in AWS, and the program changes in three ways.
    aws.resources.delete(find(same, "web").id);
    const shape = { minimumLength: 16, without: ["copy"], parameterName: "/sign-in/pool" };
    changed = await run(aws, "sign-in", { shape }, { ...more, previous: same });
    writesOfChange = [...aws.writes];
  }, 90_000);

  test("makes every resource once, in an order in which each finds what it needs", () => {
    expect(first).toMatchObject({ created: 7, recorded: 0, updated: 0, unchanged: 0 });
    const names = first.registrations.map(({ name }) => name);
    for (const [one, other] of [
      ["users", "sms"],
      ["sms", "pool"],
      ["pool", "web"],
      ["web", "web-secret-first"],
      ["web-secret", "web-secret-first"],
      ["note", "copy"],
    ] as const) {
      expect(names.indexOf(one), `${one} before ${other}`).toBeLessThan(names.indexOf(other));
    }
  });

  test("records inputs and options of each resource as Pulumi's engine gets them", () => {
    const pool = find(first, "pool");
    expect(pool).toMatchObject({
      urn: "urn:pulumi:dev::sign-in::test:index:Users$aws:cognito/userPool:UserPool::pool",
      existence: "made",
      inputs: { name: "users", usernameAttributes: ["email"], passwordPolicy: { minimumLength: 14 } },
      options: { protect: true, retainOnDelete: false, parent: find(first, "users").urn },
    });
    expect(pool.options.dependsOn).toEqual(urnsOf(first, "sms"));
    expect(find(first, "sms").options).toMatchObject({ retainOnDelete: true, protect: false });

    const client = find(first, "web");
    expect(client.options.propertyDependencies.userPoolId).toEqual(urnsOf(first, "pool"));
    expect(client.inputs.userPoolId).toBe(pool.id);

    const version = find(first, "web-secret-first");
    expect(version.options).toMatchObject({
      ignoreChanges: ["secretString", "versionStages"],
      replacementTrigger: client.id,
      retainOnDelete: true,
    });

    const copy = find(first, "copy");
    expect(copy.options.customTimeouts).toEqual({ create: "5m", update: "", delete: "" });
    expect(copy.options.aliases).toEqual(["urn:pulumi:dev::sign-in::aws:ssm/parameter:Parameter::old-copy"]);
    expect(copy.outputs.region).toBe("us-west-2");
  });

  test("keeps secrets secret on their way through the program", () => {
    expect(find(first, "web").secretOutputs).toEqual(["clientSecret"]);
    const version = find(first, "web-secret-first");
    expect(version.secretInputs).toEqual(["secretString"]);
    expect(version.inputs.secretString).toBe(`${find(first, "web").id}:s3cret`);
    expect(first.outputs).toMatchObject({
      clientId: find(first, "web").id,
      clientSecret: "[secret]",
      password: "[secret]",
    });
    expect(messages.join("\n")).not.toContain("s3cret");
  });

  test("runs the program in its own folder, without anybody's AWS credentials", () => {
    expect(first.outputs).toMatchObject({ environment: [], directory: "sign-in" });
  });

  test("hands it a failed look-up in the provider's words, which it may survive", () => {
    expect(first.outputs.sender).toBe(
      "invocation of aws:sesv2/getEmailIdentity:getEmailIdentity returned an error: reading example.com: couldn't find resource",
    );
  });

  test("hands on what the program has to say", () => {
    expect(messages).toContain("warning: declared in 123456789012");
  });

  test("writes nothing the second time, and a rotated secret stays as rotation left it", () => {
    expect(writesOfSame).toEqual([]);
    expect(same).toMatchObject({ created: 0, updated: 0, replaced: 0, deleted: 0, unchanged: 7 });
    expect(find(same, "web-secret-first").outputs.versionStages).toEqual(["first"]);
  });

  test("changes, replaces, makes again and deletes what the third run asks for, and nothing else", () => {
    expect(changed).toMatchObject({ created: 1, updated: 1, replaced: 2, deleted: 1, unchanged: 2 });
    const replacedNote = find(same, "note").id;
    const deletedCopy = find(same, "copy").id;
    expect(writesOfChange).toEqual(expect.arrayContaining(["update pool", "create web", "create note"]));
    expect(writesOfChange.slice(-2)).toEqual([`delete ${deletedCopy}`, `delete ${replacedNote}`]);
  });

  test("makes a new first version of the secret for the new client, and leaves the old one in AWS", () => {
    const [before, after] = [find(same, "web-secret-first"), find(changed, "web-secret-first")];
    expect(after.id).not.toBe(before.id);
    expect(after.inputs.secretString).toBe(`${find(changed, "web").id}:s3cret`);
    expect(aws.resources.has(before.id)).toBe(true);
    expect(changed.leftovers).toEqual([]);
  });
});

async function failureOf(config: Record<string, unknown>, more: Parameters<typeof run>[3] = {}) {
  const aws = fakeAws(TYPES);
  aws.failures.set("refused", Object.assign(new Error("no room"), { name: "ParameterLimitExceeded" }));
  const failure: unknown = await run(aws, "faulty", config, more).catch((error: unknown) => error);
  if (failure instanceof DeployError) return failure;
  throw new Error(`ended with ${String(failure)}`);
}

describe("a deployment that cannot go on", () => {
  test.each<[fault: string, exitCode: number, message: string]>([
    ["unknown type", 2, "mail (aws:sqs/queue:Queue) is of a type the local deployment does not know."],
    [
      "unknown function",
      2,
      "The program calls aws:ec2/getVpc:getVpc, which the local deployment cannot answer.",
    ],
    [
      "undefined in text",
      2,
      'broken (aws:ssm/parameter:Parameter): the input value contains "undefined", so a value was put into text before it was there.',
    ],
    ["refused by AWS", 15, "refused (aws:ssm/parameter:Parameter) failed: ParameterLimitExceeded: no room"],
    ["settings", 2, "sekisho:users: must be an object\nsekisho:mfa: must be an object"],
    ["crash", 1, "pool is not iterable"],
    ["silent exit", 1, "The program ended with exit code 7 and gave no reason; the last it printed:\nbye"],
  ])("ends with one cause and says it once: %s", async (fault, exitCode, message) => {
    const failure = await failureOf({ fault });
    expect(failure.message).toBe(message);
    expect(failure.exitCode).toBe(exitCode);
    // What had been made by then is not lost.
    expect(failure.deployment?.registrations.map(({ name }) => name)).toEqual(["faulty-dev", "first"]);
  });

  test("stops a program that does not end by itself as soon as the caller says so", async () => {
    const stop = new AbortController();
    const failure = await failureOf(
      { fault: "endless" },
      {
        signal: stop.signal,
        onMessage: (_severity, message) => {
          if (message.startsWith("started ")) stop.abort(new Error(message));
        },
      },
    );
    const [, processId] = /started (\d+)$/.exec(failure.message) ?? [];
    expect(() => process.kill(Number(processId), 0)).toThrow("ESRCH");
  });
});

describe("a folder that cannot be deployed", () => {
  test.each<[string, Partial<Parameters<typeof deploy>[0]>, string, number]>([
    ["holds no project", { projectDir: "/nowhere" }, "/nowhere/Pulumi.yaml cannot be read.", 16],
    ["has no Region", { config: {} }, "The configuration of dev names no Region.", 2],
  ])("is refused with a sentence when it %s", async (_what, more, message, exitCode) => {
    await expect(failureOf({}, more)).resolves.toMatchObject({ message, exitCode });
  });
});
