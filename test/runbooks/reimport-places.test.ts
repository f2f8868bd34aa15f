import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { plainUsers } from "../support/backup-world.ts";
import {
  ERASED_KEY,
  ERASED_LIST,
  type ReimportWorld,
  startReimportWorld,
} from "../support/reimport-world.ts";

// Five requests a second for one pool are what no --quota raises; these tests are about other things.
vi.mock("p-throttle", () => ({ default: () => (run: unknown) => run }));

let world: ReimportWorld;

beforeEach(async () => {
  world = await startReimportWorld();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

describe("users who go by CSV import", () => {
  it("are made without one call of the API about them, and are to set a new password", async () => {
    world.seed(plainUsers(60));
    await world.backUp();
    const host = await world.apply("--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { engines: { csv: 60, api: 0 }, activeUsers: { planned: 0 }, created: 60, verified: 60 },
    ]);
    expect(world.writes()).toEqual(["CreateUserImportJob", "StartUserImportJob"]);
    const statuses = new Set([...world.target.users.after(0)].map(({ item }) => item.status));
    expect([...statuses]).toEqual(["RESET_REQUIRED"]);
    expect(world.model.messages).toEqual([]);
  });

  it("get their groups by the API afterwards", async () => {
    world.seed(plainUsers(60, (number) => (number < 20 ? ["staff"] : [])));
    await world.backUp();
    const host = await world.apply("--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { verified: 60, activeUsers: { planned: 20 } },
    ]);
    expect(world.writes().filter((operation) => operation === "AdminAddUserToGroup")).toHaveLength(20);
    expect(world.writes()).not.toContain("AdminCreateUser");
  });

  it("are those alone whom a row can carry; the others go by the API, with the reason in the plan", async () => {
    const users = plainUsers(40).map((user, number) =>
      number < 10 ? { ...user, attributes: { ...user.attributes, name: 'a "quoted" name' } } : user,
    );
    world.seed(users);
    await world.backUp();
    const plan = await world.reimport("--engine", "csv");
    expect(plan.out()).toMatch(/ {2}not by CSV {4}10 users: name has /);
    const host = await world.apply("--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([
      0,
      { engines: { csv: 30, api: 10 }, verified: 40 },
    ]);
  });

  it("go by the API where the job does not make them, and nobody is lost", async () => {
    world.seed(plainUsers(60));
    await world.backUp();
    world.model.behaviour.importFailureShare = 0.01;
    // One row that the job refuses ends it half-way.
    world.gateway.faults.add({ kind: "500", operation: "GetLogEvents", nth: 1 });
    const host = await world.apply("--engine", "csv", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([0, { verified: 60 }]);
  });

  it("are made anew by another job when they are deleted after the first one", async () => {
    world.seed(plainUsers(20));
    await world.backUp();
    await world.apply("--engine", "csv");
    for (const { item } of [...world.target.users.after(0)]) world.target.users.remove(item);
    world.gateway.history.clear();
    const host = await world.apply("--engine", "csv", "--only-missing", "--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([0, { verified: 20 }]);
    expect(world.writes()).toEqual(["CreateUserImportJob", "StartUserImportJob"]);
  });

  it("are nobody with --engine auto below a thousand, and everybody who needs nothing else above", async () => {
    world.seed(plainUsers(1_010, (number) => (number < 5 ? ["staff"] : [])));
    await world.backUp();
    expect(JSON.parse((await world.reimport("--json")).out()).engines).toEqual({ csv: 1_005, api: 5 });
    const host = await world.apply("--json");
    expect([host.exitCode(), JSON.parse(host.out())]).toMatchObject([0, { verified: 1_010 }]);
  });
});

describe("a set of another stack, in the Region of its copy", () => {
  const COPY = "sekisho-prod-copy";

  /** The stack "prod" lost its Region; "test" was built where its copy is. */
  function moveAway(): void {
    const sets = new Map(world.bucket);
    world.bucket.clear();
    world.objects.buckets.set(COPY, sets);
    const part = (name: string) => JSON.parse(world.objects.parameters.get(`/sekisho/test/${name}`) ?? "{}");
    const output = (name: string, value: object) =>
      world.objects.parameters.set(`/sekisho/prod/${name}`, JSON.stringify(value));
    output("stack", { ...part("stack"), stack: "prod", region: "ap-northeast-2" });
    output("users", { ...part("users"), userPoolId: "ap-northeast-2_Lost12345" });
    output("restore", { ...part("restore"), erasedKeySecret: "sekisho/prod/erased-list-key" });
    output("backup", {
      ...part("backup"),
      bucket: "gone",
      workBucket: "sekisho-prod-work",
      copy: {
        region: "ap-northeast-1",
        bucket: COPY,
        keyArn: "arn:aws:kms:ap-northeast-1:123456789012:key/1",
      },
    });
    world.objects.secrets.set("sekisho/prod/erased-list-key", JSON.stringify({ key: ERASED_KEY }));
  }

  it("comes back into this one, and its erased people do not", async () => {
    world.seed(plainUsers(3));
    // A set names the stack that made it.
    const outputs = world.objects.parameters.get("/sekisho/test/stack") ?? "";
    world.objects.parameters.set("/sekisho/test/stack", outputs.replace('"stack":"test"', '"stack":"prod"'));
    world.objects.parameters.set("/sekisho/prod/stack", outputs.replace('"stack":"test"', '"stack":"prod"'));
    await world.backUpAs("prod");
    world.objects.parameters.set("/sekisho/test/stack", outputs);
    moveAway();
    const digest = (text: string) =>
      createHmac("sha256", Buffer.from(ERASED_KEY, "base64")).update(text).digest("hex");
    const entry = {
      kind: "erased",
      keyId: digest("sekisho-erased-list").slice(0, 16),
      sub: digest("sub:somebody"),
      email: digest("email:user-1@example.com"),
      erasedAt: "2026-11-01T00:00:00.000Z",
    };
    const list = `{"kind":"erased-list","version":1}\n${JSON.stringify(entry)}\n`;
    world.objects.buckets.set("sekisho-prod-work", new Map([[ERASED_LIST, Buffer.from(list)]]));
    const host = await world.apply("--from-stack", "prod", "--from-region", "ap-northeast-1", "--json");
    expect([host.exitCode(), host.errors(), JSON.parse(host.out())]).toMatchObject([
      0,
      expect.any(String),
      { set: expect.stringContaining(`s3://${COPY}/`), verified: 2, skipped: { erased: 1 } },
    ]);
  });

  it("is refused without saying whose it is", async () => {
    world.seed(plainUsers(3));
    await world.backUp();
    const outputs = world.objects.parameters.get("/sekisho/test/stack") ?? "";
    world.objects.parameters.set("/sekisho/prod/stack", outputs.replace('"stack":"test"', '"stack":"prod"'));
    for (const name of ["users", "backup", "restore", "runbook-log"]) {
      world.objects.parameters.set(
        `/sekisho/prod/${name}`,
        world.objects.parameters.get(`/sekisho/test/${name}`) ?? "",
      );
    }
    const host = await world.reimport("--from-stack", "prod");
    expect([host.exitCode(), host.out()]).toEqual([2, expect.stringContaining("set-of-other-stack: ")]);
  });
});
