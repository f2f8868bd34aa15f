import { readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../../runbooks/rotation/consumer-proof.ts";
import {
  BadInputError,
  InterruptedError,
  LockedError,
  NotConfirmedError,
  RemoteError,
} from "../../../../runbooks/runtime/errors.ts";
import { type FakeBehaviour, fakeBehaviour } from "../../../support/fake-pulumi.ts";
import {
  KilledError,
  makeFakePulumi,
  makeSwapFolder,
  runSwap,
  STACK_FILE,
  type SwapRunOptions,
} from "../../../support/swap-runs.ts";
import {
  changeWorld,
  readWorld,
  type SwapWorldState,
  secretOf,
  writeWorld,
} from "../../../support/swap-world.ts";

const APPLY = { apply: true, ticket: "CHG-1", confirm: "web" };
let folder: string;

beforeEach(async () => {
  folder = await makeSwapFolder();
});
afterEach(() => rm(folder, { recursive: true }));

const stackFile = () => readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
const world = () => readWorld(folder);
const later = (seconds: number) =>
  changeWorld(folder, (state) => {
    state.seconds += seconds;
  });
const behave = (behaviour: FakeBehaviour) =>
  writeFile(join(folder, "behaviour.json"), JSON.stringify(fakeBehaviour.parse(behaviour)));
const labelsOf = (state: SwapWorldState) => state.versions.map(({ id, labels }) => [id, labels.toSorted()]);

/** The generation in use everywhere: outputs, rules of ours and secret. */
function inUse(state: SwapWorldState): string[] {
  const [rule] = state.rules;
  const current = state.versions.find(({ labels }) => labels.includes("AWSCURRENT"));
  return [
    `generation ${state.outputs.generation}`,
    `${rule?.clientId}`,
    `${rule?.cookie}`,
    `${current?.clientId}`,
  ];
}
const FIRST = ["generation 1", "client1web", "sekisho-dev-web", "client1web"];
const SECOND = ["generation 2", "client2web", "sekisho-dev-web_2", "client2web"];

async function moveToSecond(): Promise<void> {
  await runSwap(folder, APPLY);
  expect(inUse(world())).toEqual(SECOND);
}

describe("the plan of a swap", () => {
  it("does not mind a version of the secret that somebody put there for something else", async () => {
    changeWorld(folder, ({ versions }) => {
      versions.push({ id: "of-somebody-else", labels: ["AWSPREVIOUS"], clientId: "" });
    });
    await moveToSecond();
  });

  it("stops where the current version of the secret is of no client", async () => {
    changeWorld(folder, ({ versions }) => {
      for (const version of versions) version.clientId = "";
    });
    await expect(runSwap(folder)).rejects.toThrow(
      "The swap of client web cannot be told: the secret's current version names no client, which is no generation of this client.",
    );
  });

  it("says who uses the client, each deployment as a person would type it, and what it costs people", async () => {
    const { text, exitCode } = await runSwap(folder);
    expect(exitCode).toBeUndefined();
    expect(text).toEqual([
      "The secret of client web (alb) of stack dev:",
      "way             client-swap: example, rule 140 gets its secret from Cognito, which shows the original one only",
      "generation 1    client1web, in use",
      "used by         example, rule 140: signs in with generation 1",
      "used by         example, rule 150: signs in with generation 1",
      "read from       Secrets Manager, sekisho/dev/clients/web",
      "state           alone: generation 1 is the only one",
      "sessions        everybody who signed in through 2 rules signs in once more: the cookie is another one, and so is the client",
      "sign-ins        under way at that moment may have to begin again",
      "back ends       that compare the client's id (aud, client_id, x-amzn-oidc-data) must take both ids before that; name them with --consumer, and the first run stops in between",
      "tokens          issued already stay good (access tokens for up to 60 min, ID tokens for up to 30 min): both generations are accepted until --finish",
      "grace           60 min, in which both generations are good",
      "The steps, in Pulumi.dev.yaml:",
      "  1  make generation 2 beside 1: everything accepts both, nothing uses it yet",
      "     +      alsoAccept: [2]",
      "     npm run up -- --stack dev",
      "  2  put generation 2 into use: rules and secret are its own, with a cookie of another name",
      "     -      alsoAccept: [2]",
      "     +      generation: 2",
      "     +      alsoAccept: [1]",
      "     npm run up -- --stack dev",
      "  3  let both stay good for 60 min",
      "Nothing was changed. To carry it out:",
      "  npm run rotate-client-secret -- --stack dev --client web --grace 60m --apply --ticket <id> --confirm web",
    ]);
    expect(stackFile()).toBe(STACK_FILE);
    expect(world().deployments).toBe(0);
  });

  it("prints the edits where there is no CLI, and with --apply changes nothing", async () => {
    const { text } = await runSwap(folder, {}, { cli: "none" });
    expect(text.slice(-2)).toEqual([
      "  3  let both stay good for 60 min",
      "There is no pulumi on the PATH, so nobody deploys this from here. Make each edit and deploy it, one after the other; run this again in between and afterwards: it says where it stands, and begins the grace with --apply.",
    ]);
    const progress: string[] = [];
    const refused = runSwap(folder, APPLY, { cli: "none", onProgress: (line) => progress.push(line) });
    await expect(refused).rejects.toThrow(
      new BadInputError("There is no pulumi on the PATH to deploy with; nothing was changed.", {
        remedy: "Make the edits shown above and deploy them, or install the Pulumi CLI.",
      }),
    );
    expect(progress).toContain("     +      alsoAccept: [2]");
    expect(stackFile()).toBe(STACK_FILE);
  });

  it("tells scripts the same", async () => {
    const { json } = await runSwap(folder);
    expect(json).toMatchObject({
      ok: true,
      applied: false,
      client: "web",
      way: "client-swap",
      state: { kind: "alone", inUse: { number: 1, clientId: "client1web" }, other: null },
      rules: [{ where: "example, rule 140" }, { where: "example, rule 150" }],
      deployments: [
        { move: "add", settings: { generation: 1, alsoAccept: [2] }, lines: ["+      alsoAccept: [2]"] },
        { move: "move", settings: { generation: 2, alsoAccept: [1] }, file: "Pulumi.dev.yaml" },
      ],
      tokenSeconds: { access: 3600, id: 1800 },
      missing: [],
      next: null,
    });
  });
});

describe("a swap that is carried out", () => {
  it("makes the second generation, puts it into use and begins the grace by AWS's clock", async () => {
    const { text, changes, json } = await runSwap(folder, { ...APPLY, grace: "2h" });
    expect(inUse(world())).toEqual(SECOND);
    expect(Object.values(world().clients)).toEqual(["web", "cli", "web_2"]);
    expect(labelsOf(world())).toEqual([
      ["version-1", ["AWSPREVIOUS", "sekisho-first"]],
      ["version-3", ["AWSCURRENT", "sekisho-grace-until-20261121T050000Z"]],
    ]);
    expect(stackFile()).toBe(
      STACK_FILE.replace("kind: alb\n", "kind: alb\n      generation: 2\n      alsoAccept: [1]\n"),
    );
    expect(text).toEqual([
      "Done for client web: 2 deployments.",
      "generation 2    client2web, in use",
      "generation 1    client1web, beside it",
      "state           moved: generation 2 is in use; generation 1 stays until 2026-11-21T05:00:00Z, and then until --finish",
      "Next:",
      "  npm run rotate-client-secret -- --stack dev --client web --finish --apply --ticket <id> --confirm web",
    ]);
    expect(json).toMatchObject({ ok: true, applied: true, done: { deployments: 2 } });
    expect(changes).toEqual([
      {
        target: "ap-northeast-1_Test12345/client1web",
        ticket: "CHG-1",
        counts: { deployments: 2, labels: 1 },
      },
    ]);
  });

  it("does nothing when it is run again", async () => {
    await moveToSecond();
    const before = world();
    const { text } = await runSwap(folder, APPLY);
    expect(text).toContain("Nothing is left to do.");
    expect(world()).toEqual(before);
  });

  it("stops after the first deployment where somebody has to accept the new client's tokens first", async () => {
    const { text } = await runSwap(folder, { ...APPLY, consumer: ["reports"] });
    expect(inUse(world())).toEqual(FIRST);
    expect(text).toEqual([
      "Done for client web: 1 deployment.",
      "generation 1    client1web, in use",
      "generation 2    client2web, beside it",
      "state           beside: generation 2 is accepted and not in use yet",
      "waiting         reports must accept tokens of client2web before it is put into use",
      "Next:",
      "  npm run rotate-client-secret -- --stack dev --client web --apply --ticket <id> --confirm web",
    ]);
    await runSwap(folder, APPLY);
    expect(inUse(world())).toEqual(SECOND);
    expect(labelsOf(world())[0]).toEqual([
      "version-1",
      ["AWSPREVIOUS", "sekisho-consumer-reports", "sekisho-first"],
    ]);
  });

  it("is not begun without the name of the client", async () => {
    await expect(runSwap(folder, { ...APPLY, confirm: "backend" })).rejects.toThrow(NotConfirmedError);
    await expect(runSwap(folder, { apply: true, ticket: "CHG-1" }, { answer: "back" })).rejects.toThrow(
      new NotConfirmedError("That is not the client's name; nothing was changed.", {
        remedy: "Read the plan again: is this the client you mean?",
      }),
    );
    expect(stackFile()).toBe(STACK_FILE);
    expect(world().deployments).toBe(0);
  });

  it("is not carried out where somebody was at it since the plan was shown", async () => {
    const before = (what: string) => {
      if (what !== "lease") return;
      changeWorld(folder, (state) => {
        state.clients.client9web = "web_2";
        state.outputs.others = [2];
      });
    };
    await expect(runSwap(folder, APPLY, { before })).rejects.toThrow(
      new LockedError("The swap is not where it was when the plan was made: somebody was at it.", {
        remedy: "Nothing was changed; run it again and read the new plan.",
      }),
    );
    expect(stackFile()).toBe(STACK_FILE);
  });

  it("deletes the first generation after the grace and nothing before", async () => {
    await moveToSecond();
    const early = await runSwap(folder, { ...APPLY, finish: true });
    expect(early.exitCode).toBe(14);
    expect(early.text).toContain("  the grace ends in 60 min, at 2026-11-21T04:00:00Z");
    expect(world().deleted).toEqual([]);

    later(3_600);
    const { text } = await runSwap(folder, { ...APPLY, finish: true });
    expect(world()).toMatchObject({ deleted: ["client1web"], outputs: { generation: 2, others: [] } });
    expect(labelsOf(world())).toEqual([
      ["version-1", ["AWSPREVIOUS", "sekisho-first"]],
      ["version-3", ["AWSCURRENT"]],
    ]);
    expect(stackFile()).toBe(STACK_FILE.replace("kind: alb\n", "kind: alb\n      generation: 2\n"));
    expect(text).toEqual([
      "Done for client web: 1 deployment.",
      "generation 2    client2web, in use",
      "state           alone: generation 2 is the only one",
    ]);
  });

  it("takes off its own labels alone, and none that came meanwhile", async () => {
    await moveToSecond();
    later(3_600);
    const mark = (...labels: string[]) =>
      changeWorld(folder, ({ versions }) => {
        versions.find((version) => version.labels.includes("AWSCURRENT"))?.labels.push(...labels);
      });
    mark("AWSPENDING");
    let hasCome = false;
    await runSwap(
      folder,
      { ...APPLY, finish: true },
      {
        before: (what) => {
          if (what === "up" && !hasCome) mark("sekisho-consumer-late", "sekisho-rolled-back");
          hasCome ||= what === "up";
        },
      },
    );
    const current = world().versions.find(({ labels }) => labels.includes("AWSCURRENT"));
    expect(current?.labels.toSorted()).toEqual([
      "AWSCURRENT",
      "AWSPENDING",
      "sekisho-consumer-late",
      "sekisho-rolled-back",
    ]);
  });

  it("deletes it only after everybody who was named has proven what they read", async () => {
    await runSwap(folder, { ...APPLY, consumer: ["reports"] });
    await runSwap(folder, APPLY);
    later(3_600);
    const finish = (...proof: string[]) =>
      runSwap(folder, { ...APPLY, finish: true, ...(proof.length > 0 && { proof }) });
    const unproven = await finish();
    expect(unproven.exitCode).toBe(14);
    expect(unproven.text.slice(-6)).toEqual([
      "The other generation stays; nothing was changed:",
      "  reports has not proven that it reads the secret that stays",
      "Where each consumer runs, with the secret it uses in CLIENT_SECRET:",
      `  printf '%s\\n%s' 'version-3' "$CLIENT_SECRET" | sha256sum | cut -c1-16`,
      "Next:",
      "  npm run rotate-client-secret -- --stack dev --client web --finish --proof reports=<fingerprint> --apply --ticket <id> --confirm web",
    ]);
    const old = await finish(`reports=${fingerprintOf("version-1", secretOf("client1web"))}`);
    expect(old).toMatchObject({
      exitCode: 14,
      json: { missing: ["reports does not read the secret that stays: its fingerprint is another one"] },
    });
    await expect(finish("others=0123456789abcdef")).rejects.toThrow(
      new BadInputError("--proof names others, of which no proof is asked.", {
        remedy: "Proofs are asked of reports.",
      }),
    );
    expect(world().deleted).toEqual([]);
    await finish(`reports=${fingerprintOf("version-3", secretOf("client2web"))}`);
    expect(world().deleted).toEqual(["client1web"]);
    expect(labelsOf(world()).flatMap(([, labels]) => labels)).not.toContain("sekisho-consumer-reports");
  });

  it("does not delete a client that a rule of others still signs in with", async () => {
    changeWorld(folder, (state) => {
      state.rules.push({ priority: 7, clientId: "client1web", cookie: "theirs" });
    });
    const { text } = await runSwap(folder, APPLY);
    expect(text).toContain(
      "by hand         example, rule 7 is not of this stack: give it client2web before --finish",
    );
    later(3_600);
    const refused = await runSwap(folder, { ...APPLY, finish: true });
    expect(refused.exitCode).toBe(14);
    expect(refused.text).toContain(
      "  example, rule 7 is not of this stack and signs in with the other one: give it client2web",
    );
    changeWorld(folder, (state) => {
      for (const rule of state.rules) rule.clientId = "client2web";
    });
    await runSwap(folder, { ...APPLY, finish: true });
    expect(world().deleted).toEqual(["client1web"]);
  });

  it("of a secret that leaked waits for neither grace nor proof", async () => {
    const planned = await runSwap(folder, { compromised: true });
    expect(planned.text).toContain("grace           none: the secret has leaked");
    expect(planned.text).toContain(
      "leak            whoever has the secret can use it until --finish --compromised has deleted the client: do that at once",
    );
    const { text } = await runSwap(folder, { ...APPLY, compromised: true, consumer: ["reports"] });
    expect(inUse(world())).toEqual(SECOND);
    expect(text.at(-1)).toBe(
      "  npm run rotate-client-secret -- --stack dev --client web --finish --compromised --apply --ticket <id> --confirm web",
    );
    await runSwap(folder, { ...APPLY, compromised: true, finish: true });
    expect(world().deleted).toEqual(["client1web"]);
  });
});

describe("the way back", () => {
  it("takes a generation away again that was never used", async () => {
    await runSwap(folder, { ...APPLY, consumer: ["reports"] });
    await runSwap(folder, { ...APPLY, rollback: true });
    expect(world()).toMatchObject({ deleted: ["client2web"], outputs: { generation: 1, others: [] } });
    expect(labelsOf(world())).toEqual([["version-1", ["AWSCURRENT", "sekisho-first"]]]);
    expect(stackFile()).toBe(STACK_FILE);
  });

  it("puts the first generation into use again, with a grace for the second, which --finish then deletes", async () => {
    await moveToSecond();
    const { text } = await runSwap(folder, { ...APPLY, rollback: true, grace: "30m" });
    expect(inUse(world())).toEqual(FIRST);
    expect(world().deleted).toEqual([]);
    expect(text).toContain(
      "state           returned: generation 1 is in use again; generation 2 stays until 2026-11-21T03:30:00Z, and then until --finish",
    );
    const before = world();
    await runSwap(folder, { ...APPLY, rollback: true });
    expect(world()).toEqual(before);

    later(1_800);
    await runSwap(folder, { ...APPLY, finish: true });
    expect(world()).toMatchObject({ deleted: ["client2web"], outputs: { generation: 1, others: [] } });
    expect(inUse(world())).toEqual(FIRST);
  });

  it("warns whoever has a leak that the client which stays is the one from before", async () => {
    await moveToSecond();
    const finish = { compromised: true, finish: true };
    expect((await runSwap(folder, finish)).json).toMatchObject({ warnings: [] });
    await runSwap(folder, { ...APPLY, rollback: true });
    const warning =
      "the client client1web of generation 1 STAYS, which is from before the rotation; if that one leaked, --apply --compromised must follow";
    const planned = await runSwap(folder, finish);
    expect(planned.text).toContain(`look            ${warning}`);
    expect(planned.json).toMatchObject({ warnings: [warning] });
    expect((await runSwap(folder, { finish: true })).json).toMatchObject({ warnings: [] });
    const applied = await runSwap(folder, { ...APPLY, ...finish });
    expect(applied.text).toContain(`look            ${warning}`);
    expect(applied.json).toMatchObject({ applied: true, warnings: [warning] });
    expect(inUse(world())).toEqual(FIRST);
  });

  it("goes forward again from there", async () => {
    await moveToSecond();
    await runSwap(folder, { ...APPLY, rollback: true });
    await runSwap(folder, APPLY);
    expect(inUse(world())).toEqual(SECOND);
    expect(world().deleted).toEqual([]);
  });

  it("is not begun with more consumers than the labels of earlier runs leave room for", async () => {
    await runSwap(folder, { ...APPLY, consumer: ["a", "b", "c", "d", "e"] });
    const before = world();
    await expect(runSwap(folder, { ...APPLY, consumer: ["f", "g", "h", "i"] })).rejects.toMatchObject({
      message: "With --consumer of earlier runs there are 9; a secret has labels for 8.",
      exitCode: 2,
    });
    expect(world()).toEqual(before);
  });

  it("has nothing to do where nothing has begun", async () => {
    const { text } = await runSwap(folder, { ...APPLY, rollback: true });
    expect(text.at(-1)).toBe("No rotation is under way, so nothing was taken back.");
    expect(world().deployments).toBe(0);
  });

  it("is at its end once the first client is deleted, whether labels are left or not", async () => {
    await moveToSecond();
    later(3_600);
    const labels = labelsOf(world());
    await runSwap(folder, { ...APPLY, finish: true });
    const { text } = await runSwap(folder, { ...APPLY, rollback: true });
    expect(text.at(-1)).toBe("No rotation is under way, so nothing was taken back.");
    changeWorld(folder, ({ versions }) => {
      for (const [place, version] of versions.entries()) version.labels = labels[place]?.[1] as string[];
    });
    const before = world();
    const refused = runSwap(folder, { ...APPLY, rollback: true });
    await expect(refused).rejects.toThrow(NotConfirmedError);
    await expect(refused).rejects.toMatchObject({
      message: "The other client is deleted; there is no way back.",
      remedy: "Rotate again.",
    });
    expect(world()).toEqual(before);
    await runSwap(folder, { ...APPLY, finish: true });
    expect(world().versions.flatMap((version) => version.labels.filter((l) => l.includes("grace")))).toEqual(
      [],
    );
  });
});

describe("a swap that was deployed by hand", () => {
  it("goes on from each deployment", async () => {
    await writeFile(
      join(folder, "Pulumi.dev.yaml"),
      STACK_FILE.replace("kind: alb\n", "kind: alb\n      alsoAccept: [2]\n"),
    );
    changeWorld(folder, (state) => {
      state.clients.client2web = "web_2";
      state.outputs.others = [2];
    });
    const { text } = await runSwap(folder, {}, { cli: "none" });
    expect(text.slice(9, 16)).toEqual([
      "sign-ins        under way at that moment may have to begin again",
      "back ends       that compare the client's id (aud, client_id, x-amzn-oidc-data) must take both ids before that; name them with --consumer, and the first run stops in between",
      "tokens          issued already stay good (access tokens for up to 60 min, ID tokens for up to 30 min): both generations are accepted until --finish",
      "grace           60 min, in which both generations are good",
      "The steps, in Pulumi.dev.yaml:",
      "  1  put generation 2 into use: rules and secret are its own, with a cookie of another name",
      "     -      alsoAccept: [2]",
    ]);
  });

  it("begins the grace with --apply, which needs no CLI", async () => {
    await moveToSecond();
    changeWorld(folder, (state) => {
      for (const version of state.versions) {
        version.labels = version.labels.filter((label) => !label.startsWith("sekisho-grace"));
      }
    });
    const unbegun = await runSwap(folder, { ...APPLY, finish: true }, { cli: "none" });
    expect(unbegun.text).toContain("  the grace has not begun: run it with --apply again");
    await runSwap(folder, APPLY, { cli: "none" });
    expect(labelsOf(world())[1]).toEqual([
      "version-3",
      ["AWSCURRENT", "sekisho-grace-until-20261121T040000Z"],
    ]);
    expect(world().deployments).toBe(2);
  });

  it.each([
    ["", "moved: generation 2 is in use; generation 1 stays, and no grace has begun", "--apply"],
    [
      "sekisho-grace-until-20261121T040000Z",
      "moved: generation 2 is in use; generation 1 stays until 2026-11-21T04:00:00Z, and then until --finish",
      "--finish --apply",
    ],
  ])("is told from the services alone, without a stack file (label %j)", async (label, state, next) => {
    await moveToSecond();
    await rm(join(folder, "Pulumi.dev.yaml"));
    changeWorld(folder, ({ versions }) => {
      const [, current] = versions;
      if (current !== undefined) current.labels = ["AWSCURRENT", ...(label === "" ? [] : [label])];
    });
    const { text } = await runSwap(folder, { status: true });
    expect(text).toContain(`state           ${state}`);
    expect(text.at(-1)).toBe(
      `  npm run rotate-client-secret -- --stack dev --client web ${next} --ticket <id> --confirm web`,
    );
  });
});

describe("a swap that is refused", () => {
  it.each<[string, string, string, string]>([
    [
      "a client that is not in it",
      STACK_FILE.replace("web:", "site:"),
      "Pulumi.dev.yaml has no client web under sekisho:clients.",
      "Correct it, then run this again.",
    ],
    [
      "another generation than the deployment",
      STACK_FILE.replace("kind: alb", "kind: alb\n      generation: 5"),
      "For client web, Pulumi.dev.yaml says generation 5, and deployed is generation 1.",
      "Make them the same first: deploy the file, or set it back.",
    ],
    [
      "a client that cannot be edited",
      STACK_FILE.replace("    cli: {kind: cli}", "    cli: *site").replace("web: #", "web: &site #"),
      "Pulumi.dev.yaml cannot be edited without changing more; write generation: 1 and alsoAccept: [2] under web by hand.",
      "Nothing was changed.",
    ],
  ])("for a stack file with %s", async (_title, text, message, remedy) => {
    await writeFile(join(folder, "Pulumi.dev.yaml"), text);
    await expect(runSwap(folder, APPLY)).rejects.toThrow(new BadInputError(message, { remedy }));
    expect(stackFile()).toBe(text);
    expect(world().deployments).toBe(0);
  });

  it.each<[string, (state: SwapWorldState) => void, string]>([
    [
      "a rule of ours that names a client of nobody",
      ({ rules }) => rules.push({ priority: 160, clientId: "foreign", cookie: "sekisho-dev-web_2" }),
      "example, rule 160 signs in with foreign, which is no generation of this client",
    ],
    [
      "a secret of another client",
      ({ versions }) => void versions.splice(0, 1, { id: "v", labels: ["AWSCURRENT"], clientId: "foreign" }),
      "the secret's current version is of foreign, which is no generation of this client",
    ],
    [
      "a rotation with two secrets under way",
      ({ versions }) => versions.push({ id: "v", labels: ["AWSPENDING"], clientId: "client1web" }),
      "version v of the secret is AWSPENDING: a rotation with two secrets has not ended",
    ],
    [
      "a client in use that is gone",
      ({ clients }) => {
        clients.client1web = "elsewhere";
      },
      "the pool has no client gone-web, which the outputs say is in use",
    ],
  ])("for %s, with nothing deployed", async (_title, change, strange) => {
    const stackAs = readWorld(folder);
    changeWorld(folder, change);
    const strangeWorld = world();
    // The command finds the stack by outputs that it read before.
    writeWorld(folder, stackAs);
    const before = (what: string) => {
      if (what === "outputs") writeWorld(folder, strangeWorld);
    };
    const listenersRead = { ...APPLY, way: "client-swap" };
    const refused = runSwap(folder, listenersRead, { before }).catch((error: unknown) => error);
    writeWorld(folder, strangeWorld);
    expect(await refused).toEqual(
      new LockedError(`The swap of client web cannot be told: ${strange}.`, {
        remedy: "Nothing was changed; see docs/client-swap.md.",
      }),
    );
    expect(world().deployments).toBe(0);
    expect(stackFile()).toBe(STACK_FILE);
  });

  it.each<[string, () => Promise<void>, string, string]>([
    [
      "before anything was used",
      async () => void (await runSwap(folder, { ...APPLY, consumer: ["reports"] })),
      "Generation 2 is not in use yet, so there is nothing to finish.",
      "--apply goes on, --rollback takes it away again.",
    ],
    [
      "in the middle of a deployment",
      async () => {
        await moveToSecond();
        changeWorld(
          folder,
          ({ rules }) =>
            void Object.assign(rules[1] ?? {}, { clientId: "client1web", cookie: "sekisho-dev-web" }),
        );
      },
      "A deployment between generation 2 and 1 has not ended.",
      "End it first: --apply goes on, --rollback goes back.",
    ],
  ])("for --finish %s", async (_title, prepare, message, remedy) => {
    await prepare();
    later(36_000);
    const { deployments } = world();
    await expect(runSwap(folder, { ...APPLY, finish: true })).rejects.toThrow(
      new NotConfirmedError(message, { remedy }),
    );
    expect(world().deployments).toBe(deployments);
  });
});

describe("with the CLI as a program", { timeout: 120_000 }, () => {
  const program: SwapRunOptions = { cli: "program" };
  const calls = async () =>
    (await readFile(join(folder, "calls.ndjson"), "utf8"))
      .trim()
      .split("\n")
      .map((line): { argv: string[]; env: Record<string, string> } => JSON.parse(line));

  beforeEach(() => makeFakePulumi(folder));

  it("previews each deployment before the stack file is changed, and shows what the CLI says", async () => {
    const { progress } = await runSwap(folder, APPLY, program);
    expect(inUse(world())).toEqual(SECOND);
    expect((await calls()).map(({ argv }) => argv[0])).toEqual(["preview", "up", "preview", "up"]);
    expect(
      progress.slice(
        progress.indexOf("1 of 2: make generation 2 beside 1: everything accepts both, nothing uses it yet"),
      ),
    ).toEqual([
      "1 of 2: make generation 2 beside 1: everything accepts both, nothing uses it yet",
      "  Previewing update (dev)",
      "Pulumi.dev.yaml  +      alsoAccept: [2]",
      "  Updating (dev)",
      "    created web_2",
      "    wrote the outputs",
      "2 of 2: put generation 2 into use: rules and secret are its own, with a cookie of another name",
      "  Previewing update (dev)",
      "Pulumi.dev.yaml  -      alsoAccept: [2]",
      "Pulumi.dev.yaml  +      generation: 2",
      "Pulumi.dev.yaml  +      alsoAccept: [1]",
      "  Updating (dev)",
      "    wrote the secret",
      "    wrote rule 140",
      "    wrote rule 150",
      "    wrote the outputs",
    ]);
  });

  it("deploys nothing and leaves the stack file where the preview wants more", async () => {
    await behave({
      foreign: {
        op: "update",
        urn: "urn:pulumi:dev::sekisho::aws:cognito/userPool:UserPool::user-pool",
        changed: ["mfaConfiguration"],
      },
    });
    const progress: string[] = [];
    const refused = runSwap(folder, APPLY, { ...program, onProgress: (line) => progress.push(line) });
    await expect(refused).rejects.toThrow(
      new BadInputError(
        "pulumi preview wants what no swap needs: update aws:cognito/userPool:UserPool user-pool; nothing was changed.",
        { remedy: "Deploy that first, or take it out." },
      ),
    );
    expect(progress).toContain("not a part of this: update aws:cognito/userPool:UserPool user-pool");
    expect((await calls()).map(({ argv }) => argv[0])).toEqual(["preview"]);
    expect(stackFile()).toBe(STACK_FILE);
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("keeps the new settings where the CLI fails, says so, and goes on when it is run again", async () => {
    await behave({ failsAfter: 1 });
    await expect(runSwap(folder, APPLY, program)).rejects.toThrow(
      new RemoteError("pulumi up ended with exit code 4: error: AccessDenied: not today", {
        remedy: "Pulumi.dev.yaml keeps the new settings: solve this, then run it again, or --rollback.",
      }),
    );
    expect(stackFile()).toContain("alsoAccept: [2]");
    await behave({});
    await runSwap(folder, APPLY, program);
    expect(inUse(world())).toEqual(SECOND);
  });

  it("takes the settings out again that were not deployed", async () => {
    await behave({ failsAfter: 0 });
    await expect(runSwap(folder, APPLY, program)).rejects.toThrow(RemoteError);
    await behave({});
    await runSwap(folder, { ...APPLY, rollback: true }, program);
    expect(stackFile()).toBe(STACK_FILE);
    expect(inUse(world())).toEqual(FIRST);
  });

  it("passes Ctrl-C on in the middle of a deployment, and goes on when it is run again", async () => {
    await behave({ hangsAfter: 1 });
    const stop = new AbortController();
    const interruption = new InterruptedError("SIGINT");
    const onProgress = (line: string) => {
      if (line.trim() === "waiting") stop.abort(interruption);
    };
    await expect(runSwap(folder, APPLY, { ...program, signal: stop.signal, onProgress })).rejects.toBe(
      interruption,
    );
    expect(Object.values(world().clients)).toContain("web_2");
    expect(world().outputs.others).toEqual([]);
    await behave({});
    await runSwap(folder, APPLY, program);
    expect(inUse(world())).toEqual(SECOND);
  });

  it("puts no secret into arguments, environment, output or files", async () => {
    const env = { PATH: "/usr/bin", AWS_PROFILE: "ops" };
    const runs = [
      await runSwap(folder, APPLY, { ...program, env }),
      await runSwap(folder, { status: true }, { ...program, env }),
      await runSwap(folder, { ...APPLY, finish: true }, { ...program, env }),
    ];
    for (const { env: given } of await calls()) {
      const known = [
        "PATH",
        "AWS_PROFILE",
        "PULUMI_ENABLE_STREAMING_JSON_PREVIEW",
        "PULUMI_SKIP_UPDATE_CHECK",
      ];
      expect(Object.keys(given).toSorted()).toEqual(known.toSorted());
    }
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
    );
    const everything = [...files, JSON.stringify(runs), JSON.stringify(await calls())].join("\n");
    expect(everything).toContain("client2web");
    expect(everything).not.toContain("canary-secret");
  });
});

describe("a swap that is killed", () => {
  /** Runs it once for each place where it can be cut off, each time from the same beginning. */
  async function sweep(
    prepare: () => Promise<void>,
    choice: Parameters<typeof runSwap>[1],
    check: () => void,
  ): Promise<number> {
    await prepare();
    const beginning = world();
    const text = stackFile();
    for (let cut = 1; ; cut += 1) {
      writeWorld(folder, beginning);
      await writeFile(join(folder, "Pulumi.dev.yaml"), text);
      let left = cut;
      const before = (what: string) => {
        left -= 1;
        if (left <= 0) throw new KilledError(what);
      };
      const killed = await runSwap(folder, choice, { before }).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof KilledError)) throw error;
          return true;
        },
      );
      checkAlways();
      if (killed) await runSwap(folder, choice);
      check();
      const converged = world();
      await runSwap(folder, choice);
      expect(world()).toEqual(converged);
      if (!killed) return cut - 1;
    }
  }

  /** Wherever it is cut off: nobody is sent to sign in with a client that is gone, and the secret is of one that lives. */
  function checkAlways(): void {
    const { rules, clients, versions } = world();
    for (const { clientId } of rules) expect(clients).toHaveProperty(clientId);
    const current = versions.find(({ labels }) => labels.includes("AWSCURRENT"));
    expect(clients).toHaveProperty(current?.clientId ?? "none");
  }

  it("goes on where it was, on its way to the second generation", async () => {
    const cuts = await sweep(
      async () => {},
      { ...APPLY, grace: "1h" },
      () => {
        expect(inUse(world())).toEqual(SECOND);
        expect(world().deleted).toEqual([]);
        expect(labelsOf(world()).flatMap(([, labels]) => labels)).toContain(
          "sekisho-grace-until-20261121T040000Z",
        );
      },
    );
    expect(cuts).toBeGreaterThan(40);
  });

  it("goes on where it was, on its way back", async () => {
    const cuts = await sweep(moveToSecond, { ...APPLY, rollback: true }, () => {
      expect(inUse(world())).toEqual(FIRST);
      expect(world().deleted).toEqual([]);
    });
    expect(cuts).toBeGreaterThan(20);
  });

  it("goes on where it was, while it takes away what was never used", async () => {
    const prepare = async () => void (await runSwap(folder, { ...APPLY, consumer: ["reports"] }));
    await sweep(prepare, { ...APPLY, rollback: true }, () => {
      expect(inUse(world())).toEqual(FIRST);
      expect(world().deleted).toEqual(["client2web"]);
      expect(labelsOf(world())).toEqual([["version-1", ["AWSCURRENT", "sekisho-first"]]]);
    });
  });

  it("goes on where it was, while it deletes the first generation", async () => {
    const prepare = async () => {
      await moveToSecond();
      later(3_600);
    };
    const cuts = await sweep(prepare, { ...APPLY, finish: true }, () => {
      expect(inUse(world())).toEqual(SECOND);
      expect(world().deleted).toEqual(["client1web"]);
      expect(labelsOf(world())).toEqual([
        ["version-1", ["AWSPREVIOUS", "sekisho-first"]],
        ["version-3", ["AWSCURRENT"]],
      ]);
    });
    expect(cuts).toBeGreaterThan(15);
  });

  it("comes back from every place on its way to the second generation", async () => {
    const beginning = world();
    for (let cut = 1; ; cut += 1) {
      writeWorld(folder, beginning);
      await writeFile(join(folder, "Pulumi.dev.yaml"), STACK_FILE);
      let left = cut;
      const before = (what: string) => {
        left -= 1;
        if (left <= 0) throw new KilledError(what);
      };
      const killed = await runSwap(folder, APPLY, { before }).then(
        () => false,
        () => true,
      );
      await runSwap(folder, { ...APPLY, rollback: true });
      later(36_000);
      await runSwap(folder, { ...APPLY, finish: true });
      expect(inUse(world())).toEqual(FIRST);
      expect(Object.values(world().clients)).toEqual(["web", "cli"]);
      if (!killed) break;
    }
  });
});
