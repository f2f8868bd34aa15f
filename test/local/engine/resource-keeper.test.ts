import { describe, expect, test } from "vitest";
import { DeployError } from "../../../local/engine/deploy-error.ts";
import type { Deployment } from "../../../local/engine/registration.ts";
import { declare, type FakeAws, fakeAws, keepAll, urn } from "./fake-makers.ts";

const POOL = "aws:cognito/userPool:UserPool";
const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const PARAMETER = "aws:ssm/parameter:Parameter";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const RECORD = "aws:route53/record:Record";
const TYPES = [POOL, CLIENT, PARAMETER, VERSION];

function counts(deployment: Deployment) {
  const { created, updated, replaced, deleted, unchanged, recorded } = deployment;
  return { created, updated, replaced, deleted, unchanged, recorded };
}

const NOTHING = { created: 0, updated: 0, replaced: 0, deleted: 0, unchanged: 0, recorded: 0 };

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof DeployError) return error.message;
  throw new Error(`not refused but: ${String(error)}`);
}

describe("a second deployment", () => {
  test("writes nothing when the program declares the same", async () => {
    const aws = fakeAws(TYPES);
    const program = [declare(POOL, "pool", { name: "users" }), declare(PARAMETER, "note", { name: "/n" })];
    const first = await keepAll(aws, program);
    aws.writes.length = 0;
    const second = await keepAll(aws, program, first);
    expect(aws.writes).toEqual([]);
    expect(counts(second)).toEqual({ ...NOTHING, unchanged: 2 });
    expect(second.registrations).toEqual(first.registrations);
  });

  test("changes in place what AWS can change in place", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [declare(PARAMETER, "note", { name: "/n", value: "1" })]);
    const second = await keepAll(aws, [declare(PARAMETER, "note", { name: "/n", value: "2" })], first);
    expect(aws.writes).toEqual(["create note", "update note"]);
    expect(counts(second)).toEqual({ ...NOTHING, updated: 1 });
    expect(second.registrations[0]).toMatchObject({
      id: "note-1",
      outputs: { value: "2", arn: "arn:note-1" },
    });
  });

  test("makes again what somebody has deleted in AWS, with what the program says now", async () => {
    const aws = fakeAws(TYPES);
    const before = declare(VERSION, "first", { secretString: "old" }, { ignoreChanges: ["secretString"] });
    const after = { ...before, inputs: { secretString: "new" } };
    const first = await keepAll(aws, [before]);
    aws.resources.clear();
    const second = await keepAll(aws, [after], first);
    expect(counts(second)).toEqual({ ...NOTHING, created: 1 });
    expect(aws.resources.get("first-2")).toMatchObject({ secretString: "new" });
  });

  test("keeps the old value of what the program ignores", async () => {
    const aws = fakeAws(TYPES);
    const options = { ignoreChanges: ["secretString", "versionStages"] };
    const first = await keepAll(aws, [declare(VERSION, "first", { secretString: "old" }, options)]);
    const changed = declare(
      VERSION,
      "first",
      { secretString: "new", versionStages: ["AWSCURRENT"] },
      options,
    );
    const second = await keepAll(aws, [changed], first);
    expect(counts(second)).toEqual({ ...NOTHING, unchanged: 1 });
    expect(second.registrations[0]?.inputs).toEqual({ secretString: "old" });
  });

  test("keeps a secret version whose labels rotation has moved on", async () => {
    const aws = fakeAws(TYPES);
    const program = [
      declare(
        VERSION,
        "first",
        { versionStages: ["AWSCURRENT", "first"] },
        { ignoreChanges: ["versionStages"] },
      ),
    ];
    const first = await keepAll(aws, program);
    aws.writes.length = 0;
    aws.computed.first = { versionStages: ["first"] };
    const second = await keepAll(aws, program, first);
    expect(aws.writes).toEqual([]);
    expect(second.registrations[0]?.outputs.versionStages).toEqual(["first"]);
  });

  test("makes a new secret version when the client behind it is another one", async () => {
    const aws = fakeAws(TYPES);
    const version = (client: string) =>
      declare(
        VERSION,
        "first",
        { secretString: `secret of ${client}` },
        { ignoreChanges: ["secretString"], replacementTrigger: client, retainOnDelete: true },
      );
    const first = await keepAll(aws, [version("web-1")]);
    const second = await keepAll(aws, [version("web-2")], first);
    expect(aws.writes).toEqual(["create first", "create first"]);
    expect(counts(second)).toEqual({ ...NOTHING, replaced: 1 });
    expect(aws.resources.get("first-2")).toMatchObject({ secretString: "secret of web-2" });
  });

  test("finds a renamed resource by its alias, and the old name is not deleted", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [declare(PARAMETER, "old", { name: "/n" })]);
    const renamed = declare(PARAMETER, "new", { name: "/n" }, { aliases: [urn("old")] });
    const second = await keepAll(aws, [renamed], first);
    expect(aws.writes).toEqual(["create old"]);
    expect(second.registrations.map((resource) => resource.urn)).toEqual([urn("new")]);
  });
});

describe("a replacement", () => {
  const client = (generateSecret: boolean, options = {}) =>
    declare(CLIENT, "web", { userPoolId: "p", generateSecret }, options);

  test("makes the new resource first and deletes the old one at the end", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [client(true), declare(PARAMETER, "note")]);
    const second = await keepAll(aws, [client(false), declare(PARAMETER, "other")], first);
    expect(aws.writes.slice(2)).toEqual(["create web", "create other", "delete web-1", "delete note-2"]);
    expect(counts(second)).toEqual({ ...NOTHING, replaced: 1, created: 1, deleted: 1 });
    expect(second.leftovers).toEqual([]);
  });

  test("deletes first when the program says so", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [client(true)]);
    await keepAll(aws, [client(false, { deleteBeforeReplace: true })], first);
    expect(aws.writes).toEqual(["create web", "delete web-1", "create web"]);
  });

  test.each([true, false])(
    "leaves alone what is to be retained, deleted first or not: %s",
    async (isFirst) => {
      const aws = fakeAws(TYPES);
      const options = { retainOnDelete: true, deleteBeforeReplace: isFirst };
      const first = await keepAll(aws, [client(true, options)]);
      const second = await keepAll(aws, [client(false, options)], first);
      expect(aws.writes).toEqual(["create web", "create web"]);
      expect(second.registrations.map(({ id }) => id)).toEqual(["web-2"]);
      expect(second.leftovers).toEqual([]);
    },
  );

  test("takes along what would be replaced with it, and deletes that before it", async () => {
    const aws = fakeAws(TYPES);
    const program = (caseSensitive: boolean) => [
      declare(POOL, "pool", { name: "users", usernameConfiguration: { caseSensitive } }),
      declare(
        CLIENT,
        "web",
        { userPoolId: "pool" },
        { dependsOn: [urn("pool")], propertyDependencies: { userPoolId: [urn("pool")] } },
      ),
    ];
    const first = await keepAll(aws, program(true));
    const second = await keepAll(aws, program(false), first);
    expect(aws.writes.slice(2)).toEqual(["delete web-2", "delete pool-1", "create pool", "create web"]);
    expect(counts(second)).toEqual({ ...NOTHING, replaced: 2 });
  });

  test("is refused for what is protected, naming it and what forces it; nothing is touched", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [client(true, { protect: true })]);
    await expect(refusal(keepAll(aws, [client(false, { protect: true })], first))).resolves.toBe(
      "web (aws:cognito/userPoolClient:UserPoolClient) is protected and cannot be replaced, which the change of generateSecret would need.",
    );
    expect(aws.writes).toEqual(["create web"]);
  });

  test.each([
    ["is taken off with the change", true, false],
    ["comes with the change", false, true],
  ])("goes through when the protection %s", async (_how, before, after) => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [client(true, { protect: before })]);
    const second = await keepAll(aws, [client(false, { protect: after })], first);
    expect(counts(second)).toEqual({ ...NOTHING, replaced: 1 });
  });

  test("is refused when something protected would have to go with it", async () => {
    const aws = fakeAws(TYPES);
    const program = (sign: string) => [
      declare(POOL, "pool", { name: "users", usernameAttributes: [sign] }),
      declare(
        CLIENT,
        "web",
        { userPoolId: "pool" },
        { protect: true, propertyDependencies: { userPoolId: [urn("pool")] } },
      ),
    ];
    const first = await keepAll(aws, program("email"));
    await expect(refusal(keepAll(aws, program("phone_number"), first))).resolves.toBe(
      "pool (aws:cognito/userPool:UserPool) cannot be replaced, because web (aws:cognito/userPoolClient:UserPoolClient) would have to go with it and is protected.",
    );
  });

  test("of a type that cannot change in place happens for every change", async () => {
    const aws = fakeAws(TYPES);
    delete Object.assign(aws.makers)[PARAMETER].update;
    const first = await keepAll(aws, [declare(PARAMETER, "note", { value: "1" })]);
    const second = await keepAll(aws, [declare(PARAMETER, "note", { value: "2" })], first);
    expect(counts(second)).toEqual({ ...NOTHING, replaced: 1 });
    expect(aws.writes).toEqual(["create note", "create note", "delete note-1"]);
  });
});

describe("what the program no longer declares", () => {
  const chain = (options = {}) => [
    declare(POOL, "pool", { name: "users" }, options),
    declare(CLIENT, "web", { userPoolId: "p" }, { dependsOn: [urn("pool")], ...options }),
    declare(PARAMETER, "note", {}, { dependsOn: [urn("web")], ...options }),
  ];

  test("is deleted, what depends on another before it", async () => {
    const aws = fakeAws(TYPES);
    const second = await keepAll(aws, [], await keepAll(aws, chain()));
    expect(aws.writes.slice(3)).toEqual(["delete note-3", "delete web-2", "delete pool-1"]);
    expect(counts(second)).toEqual({ ...NOTHING, deleted: 3 });
    expect(second.registrations).toEqual([]);
  });

  test("stays in AWS when it is to be retained", async () => {
    const aws = fakeAws(TYPES);
    const second = await keepAll(aws, [], await keepAll(aws, chain({ retainOnDelete: true })));
    expect([...aws.resources.keys()]).toEqual(["pool-1", "web-2", "note-3"]);
    expect(second.registrations).toEqual([]);
  });

  test("goes with what it says it goes with, without a call of its own", async () => {
    const aws = fakeAws(TYPES);
    const first = await keepAll(aws, [
      declare(POOL, "pool", { name: "users" }),
      declare(CLIENT, "web", { userPoolId: "p" }, { deletedWith: urn("pool") }),
    ]);
    await keepAll(aws, [], first);
    expect(aws.writes.slice(2)).toEqual(["delete pool-1"]);
  });

  test("is not deleted while it is protected, and neither is anything else", async () => {
    const aws = fakeAws(TYPES);
    const [pool, ...others] = chain();
    const first = await keepAll(aws, [declare(POOL, "pool", pool?.inputs, { protect: true }), ...others]);
    await expect(refusal(keepAll(aws, [], first))).resolves.toBe(
      "pool (aws:cognito/userPool:UserPool) is protected and cannot be deleted, but the program no longer declares it.",
    );
    expect(aws.resources.size).toBe(3);
  });

  test("is forgotten although it is protected, where AWS has it no more", async () => {
    const aws = fakeAws(TYPES);
    const [pool, ...others] = chain();
    const first = await keepAll(aws, [declare(POOL, "pool", pool?.inputs, { protect: true }), ...others]);
    aws.resources.delete("pool-1");
    const second = await keepAll(aws, [], first);
    expect(aws.writes.slice(3)).toEqual(["delete note-3", "delete web-2"]);
    expect(second.registrations).toEqual([]);
  });
});

describe("a failure half-way", () => {
  test("leaves everything that exists to the next deployment, which takes it up there", async () => {
    const aws = fakeAws(TYPES);
    const client = (generateSecret: boolean) => declare(CLIENT, "web", { generateSecret });
    const first = await keepAll(aws, [client(true), declare(PARAMETER, "note", { value: "1" })]);

    aws.failures.set("new", Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" }));
    const attempt = async (previous: Deployment) => {
      const program = [client(false), declare(PARAMETER, "new"), declare(PARAMETER, "note", { value: "1" })];
      return keepAll(aws, program, previous);
    };
    await expect(refusal(attempt(first))).resolves.toBe(
      "new (aws:ssm/parameter:Parameter) failed: ThrottlingException: Rate exceeded",
    );
    expect(aws.resources.size).toBe(3);
  });

  test("does not lose the old half of a replacement", async () => {
    const aws: FakeAws = fakeAws(TYPES);
    const first = await keepAll(aws, [declare(CLIENT, "web", { generateSecret: true })]);
    const [registration] = first.registrations;
    if (!registration) throw new Error("nothing registered");
    const half: Deployment = { ...first, registrations: [], leftovers: [registration] };
    const second = await keepAll(aws, [], half);
    expect(aws.writes).toEqual(["create web", "delete web-1"]);
    expect(second.leftovers).toEqual([]);
    expect(second.deleted).toBe(0);
  });
});

describe("a first deployment", () => {
  test("makes up physical names as the provider does, and keeps them", async () => {
    const autoName = { property: "name", longest: 20, prefix: "alias/" };
    const aws = fakeAws(TYPES, { [PARAMETER]: { autoName } });
    const first = await keepAll(aws, [declare(PARAMETER, "note", { value: "1" })]);
    expect(first.registrations[0]?.outputs.name).toBe("alias/note-0000001");
    const second = await keepAll(aws, [declare(PARAMETER, "note", { value: "2" })], first);
    expect(second.registrations[0]?.outputs.name).toBe("alias/note-0000001");
    await expect(refusal(keepAll(aws, [declare(PARAMETER, "quite-long")]))).resolves.toBe(
      "quite-long (aws:ssm/parameter:Parameter) would be called alias/quite-long-0000001 in AWS, which is longer than 20 characters.",
    );
  });

  test("makes each resource in the Region it names, the stack's otherwise", async () => {
    const aws = fakeAws(TYPES);
    const { registrations } = await keepAll(aws, [
      declare(PARAMETER, "here"),
      declare(PARAMETER, "there", { region: "us-west-2" }),
    ]);
    expect([...aws.resources.values()].map(({ madeIn }) => madeIn)).toEqual(["ap-northeast-1", "us-west-2"]);
    expect(registrations.map(({ outputs }) => outputs.region)).toEqual(["ap-northeast-1", "us-west-2"]);
  });

  test("marks as secret what went in as one, and what the program wants hidden", async () => {
    const aws = fakeAws(TYPES);
    aws.computed.web = { clientSecret: "s3cret" };
    const web = declare(CLIENT, "web", { name: "n" }, { additionalSecretOutputs: ["clientSecret"] });
    const { registrations } = await keepAll(aws, [{ ...web, secretInputs: ["name"] }]);
    expect(registrations[0]?.secretOutputs).toEqual(["name", "clientSecret"]);
  });

  test("tells the program the tags of the provider as well", async () => {
    const { registrations } = await keepAll(fakeAws(TYPES), [declare(PARAMETER, "n", { tags: { a: "b" } })]);
    expect(registrations[0]?.outputs.tagsAll).toEqual({ a: "b" });
  });

  test("takes over what the program imports, and says when it is not there", async () => {
    const aws = fakeAws(TYPES);
    aws.resources.set("group-7", {});
    const imported = declare(PARAMETER, "group", {}, { importId: "group-7" });
    const first = await keepAll(aws, [imported]);
    expect(aws.writes).toEqual([]);
    expect(first.registrations[0]).toMatchObject({ id: "group-7", existence: "made" });
    await expect(refusal(keepAll(fakeAws(TYPES), [imported]))).resolves.toBe(
      "group (aws:ssm/parameter:Parameter) should exist already, but nothing is there under the id group-7.",
    );
  });

  test("records what the local AWS lacks where that is allowed, and says why", async () => {
    const aws = fakeAws(TYPES, { [PARAMETER]: { isOptional: true } });
    aws.failures.set("odd", Object.assign(new Error("PutThing"), { name: "NotImplemented" }));
    const first = await keepAll(aws, [declare(PARAMETER, "odd", { value: "1" })]);
    expect(first.registrations[0]).toMatchObject({
      existence: "recorded",
      recordedBecause: "NotImplemented: PutThing",
    });
    const second = await keepAll(aws, [declare(PARAMETER, "odd", { value: "1" })], first);
    expect(counts(second)).toEqual({ ...NOTHING, recorded: 1 });
    expect(second.registrations).toEqual(first.registrations);
    aws.failures.clear();
    const third = await keepAll(aws, [declare(PARAMETER, "odd", { value: "1" })], second);
    expect(counts(third)).toEqual({ ...NOTHING, created: 1 });
    expect(third.registrations[0]).not.toHaveProperty("recordedBecause");
  });

  test("fails on what the local AWS refuses for another reason, or must not lack", async () => {
    const aws = fakeAws(TYPES, { [PARAMETER]: { isOptional: true } });
    aws.failures.set("bad", Object.assign(new Error("no"), { name: "ValidationException" }));
    aws.failures.set("pool", Object.assign(new Error("no"), { name: "NotImplemented" }));
    await expect(refusal(keepAll(aws, [declare(PARAMETER, "bad")]))).resolves.toBe(
      "bad (aws:ssm/parameter:Parameter) failed: ValidationException: no",
    );
    await expect(refusal(keepAll(aws, [declare(POOL, "pool")]))).resolves.toBe(
      "pool (aws:cognito/userPool:UserPool) failed: NotImplemented: no",
    );
  });

  test("counts what is only recorded apart, and makes it as soon as it can be made", async () => {
    const recording = fakeAws([RECORD], { [RECORD]: { isRecorded: true } });
    const first = await keepAll(recording, [declare(RECORD, "mx")]);
    expect(counts(first)).toEqual({ ...NOTHING, recorded: 1 });
    const making = fakeAws([RECORD]);
    // Something else that happens to have the invented id.
    making.resources.set(first.registrations[0]?.id ?? "", {});
    const second = await keepAll(making, [declare(RECORD, "mx")], first);
    expect(counts(second)).toEqual({ ...NOTHING, created: 1 });
  });

  test("refuses an attribute that changes in a pool that exists, in AWS's sense", async () => {
    const aws = fakeAws(TYPES);
    const pool = (mutable: boolean) =>
      declare(POOL, "pool", { name: "u", schemas: [{ name: "team", mutable }] });
    const first = await keepAll(aws, [pool(true)]);
    await expect(refusal(keepAll(aws, [pool(false)], first))).resolves.toBe(
      "pool (aws:cognito/userPool:UserPool) cannot be changed: AWS can add entries to schemas but neither change nor remove any: team.",
    );
  });

  test("says what AWS did not give back after making it", async () => {
    const aws = fakeAws(TYPES, { [PARAMETER]: { read: async () => undefined } });
    await expect(refusal(keepAll(aws, [declare(PARAMETER, "note")]))).resolves.toBe(
      "note (aws:ssm/parameter:Parameter) was made, but AWS does not know it.",
    );
  });
});
