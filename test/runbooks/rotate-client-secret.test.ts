import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { notAuthorized } from "../../local/cognito/sign-in/secret-hash.ts";
import { fingerprintOf } from "../../runbooks/rotation/consumer-proof.ts";
import { APPLY, type RotationWorld, STACK_LOG, startRotationWorld } from "../support/rotation-world.ts";

let world: RotationWorld;

afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

/** What the secret holds under a label. */
const secretOf = (label: string): string => JSON.parse(world.versionWith(label)?.value ?? "{}").clientSecret;
/** Secrets that Cognito takes. */
const live = () => world.client.secrets.map(({ value }) => value);
const proof = (name: string) =>
  `${name}=${fingerprintOf(world.versionWith("AWSCURRENT")?.id ?? "", secretOf("AWSCURRENT"))}`;
const HOUR = 3_600_000;

describe("a back end's client", () => {
  beforeEach(async () => {
    world = await startRotationWorld({ kind: "server" });
  });

  it("is shown with its uses, the way and the steps, and nothing is changed", async () => {
    const shown = await world.rotate("--consumer", "batch", "--grace", "2h");
    expect([shown.exitCode(), shown.errors()]).toEqual([0, ""]);
    expect(shown.out().split("\n")).toEqual([
      `The secret of client web (server, ${world.clientId}) of stack test:`,
      "way             two-secrets: no load balancer asks Cognito itself for the secret",
      "used by         front, rule 100 (authenticate-oidc): its secret is written again, nothing else of it",
      "read from       Secrets Manager, sekisho/test/clients/web",
      "consumer        web: has to prove what it reads before --finish",
      "consumer        batch: has to prove what it reads before --finish",
      `state           idle: one secret, ${world.client.secrets[0]?.id}, which is AWSCURRENT`,
      "grace           2 h 0 min, in which both secrets are good",
      "The steps:",
      "  1  store a new value in Secrets Manager, as AWSPENDING",
      "  2  add it to the client",
      "  3  prove that Cognito takes the new and the old secret",
      "  4  write 1 rule again with the new secret",
      "  5  make the new secret AWSCURRENT, for whoever reads Secrets Manager",
      "  6  take 1 label off the new version",
      "  7  let both secrets stay good for 2 h 0 min",
      "Nothing was changed. To carry it out:",
      "  npm run rotate-client-secret -- --stack test --client web --consumer batch --grace 120m --apply --ticket <id> --confirm web",
      "",
    ]);
    expect(world.writes()).toEqual([]);
  });

  it("gets a new secret while the old one stays good, and a second run writes nothing", async () => {
    const old = secretOf("AWSCURRENT");
    const before = Date.now();
    const applied = await world.apply();
    expect(applied.exitCode(), applied.errors()).toBe(0);
    const current = secretOf("AWSCURRENT");
    expect(current).toMatch(/^[A-Za-z0-9]{64}$/);
    expect(live()).toEqual([old, current]);
    expect(secretOf("AWSPREVIOUS")).toBe(old);
    expect(JSON.parse(world.versionWith("AWSCURRENT")?.value ?? "")).toEqual({
      ...JSON.parse(world.versionWith("AWSPREVIOUS")?.value ?? ""),
      clientSecret: current,
    });
    expect([...world.copies.values()]).toEqual([current]);
    const [grace = ""] =
      world.versionWith("AWSCURRENT")?.labels.filter((label) => label.includes("grace")) ?? [];
    const [, day, time] = /^sekisho-grace-until-(\d{8})T(\d{6})Z$/.exec(grace) ?? [];
    const until = Date.parse(
      `${day}T${time}Z`.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"),
    );
    expect(Math.abs(until - before - HOUR)).toBeLessThan(60_000);

    world.gateway.history.clear();
    const again = await world.apply();
    expect([again.exitCode(), world.writes()]).toEqual([0, []]);
    expect(again.out()).toContain("Nothing is left to do.\n");
  });

  it("is written down before and after, by id and counts alone", async () => {
    await world.apply();
    const records = [...(world.objects.logs.get(STACK_LOG)?.values() ?? [])]
      .flat()
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      {
        phase: "before",
        runbook: "rotate-client-secret",
        ticket: "CHG-1",
        target: `${world.poolId}/${world.clientId}`,
        counts: { steps: 7, uses: 1 },
      },
      { phase: "after", result: "done", exitCode: 0, counts: { stored: 1, added: 1, deleted: 0, rules: 1 } },
    ]);
  });

  it("keeps its old secret until the grace is over and each consumer has proven what it reads", async () => {
    await world.apply("--consumer", "batch");
    const [old, current] = live();
    const refused = async (...argv: string[]) => {
      const host = await world.apply("--finish", ...argv);
      expect([host.exitCode(), live()]).toEqual([14, [old, current]]);
      return host.out();
    };
    const all = ["--proof", proof("web"), "--proof", proof("batch")];
    expect(await refused(...all)).toContain("  the grace ends in 60 min, at ");
    world.passTime(HOUR + 5_000);
    const version = world.versionWith("AWSCURRENT")?.id;
    expect(await refused()).toContain(
      [
        "The other secret stays; nothing was deleted:",
        "  web has not proven that it reads the secret that stays",
        "  batch has not proven that it reads the secret that stays",
        "Where each consumer runs, with the secret it uses in CLIENT_SECRET:",
        `  printf '%s\\n%s' '${version}' "$CLIENT_SECRET" | sha256sum | cut -c1-16`,
        "",
      ].join("\n"),
    );
    expect(await refused("--proof", proof("web"))).toContain("  batch has not proven that");
    expect(await refused("--proof", proof("web"), "--proof", "batch=0123456789abcdef")).toContain(
      "  batch does not read the secret that stays: its fingerprint is another one\n",
    );
    const finished = await world.apply("--finish", ...all);
    expect([finished.exitCode(), live()]).toEqual([0, [current]]);
    expect(world.versionWith("AWSCURRENT")?.labels).toEqual(["AWSCURRENT"]);
    expect([...world.copies.values()]).toEqual([current]);

    world.gateway.history.clear();
    const again = await world.apply("--finish", ...all.slice(0, 0));
    expect([again.exitCode(), world.writes()]).toEqual([0, []]);
  });

  it("is refused its end with every wrong proof there is", async () => {
    await world.apply();
    world.passTime(HOUR + 5_000);
    const before = live();
    const old = fingerprintOf(world.versionWith("AWSPREVIOUS")?.id ?? "", secretOf("AWSPREVIOUS"));
    const mixed = fingerprintOf(world.versionWith("AWSCURRENT")?.id ?? "", secretOf("AWSPREVIOUS"));
    for (const given of [old, mixed, "0".repeat(16)]) {
      const host = await world.apply("--finish", "--proof", `web=${given}`);
      expect([host.exitCode(), live()]).toEqual([14, before]);
    }
  });

  it("goes back to its old secret, and only --finish removes the new one", async () => {
    await world.apply();
    const [old, given] = live();
    const back = await world.apply("--rollback");
    expect(back.exitCode(), back.errors()).toBe(0);
    expect([secretOf("AWSCURRENT"), live(), [...world.copies.values()]]).toEqual([old, [old, given], [old]]);
    world.gateway.history.clear();
    expect([(await world.apply("--rollback")).exitCode(), world.writes()]).toEqual([0, []]);
    const forward = await world.apply();
    expect([forward.exitCode(), forward.errors()]).toEqual([
      11,
      "rotate-client-secret: A rollback has begun, and the secret that was added is still on the client. Finish it first: --rollback if it was cut off, then --finish.\n",
    ]);
    expect((await world.apply("--finish", "--proof", proof("web"))).exitCode()).toBe(14);
    world.passTime(HOUR + 5_000);
    expect((await world.apply("--finish", "--proof", proof("web"))).exitCode()).toBe(0);
    expect(live()).toEqual([old]);
    expect((await world.apply()).exitCode()).toBe(0);
    expect(live()).toHaveLength(2);
  });

  it("cannot go back once the old secret is deleted, and does not say that it did", async () => {
    await world.apply();
    const labels = [...(world.versionWith("AWSCURRENT")?.labels ?? [])];
    await world.apply("--finish", "--compromised");
    const after = live();
    world.gateway.history.clear();
    const idle = await world.apply("--rollback");
    expect(idle.exitCode()).toBe(0);
    expect(idle.out()).toContain("\nNo rotation is under way, so nothing was taken back.\n");
    expect(idle.out()).not.toContain("Nothing is left to do.");

    const version = world.versionWith("AWSCURRENT");
    if (version !== undefined) version.labels = labels;
    const cutOff = await world.apply("--rollback");
    expect([cutOff.exitCode(), cutOff.errors()]).toEqual([
      14,
      "rotate-client-secret: The old secret is deleted; there is no way back. Rotate again.\n",
    ]);
    expect([live(), world.writes()]).toEqual([after, []]);
    expect((await world.apply()).exitCode()).toBe(0);
    expect(live()).toHaveLength(2);
  });

  it("whose secret leaked gets another at once, waits for nobody, and says what breaks", async () => {
    const applied = await world.apply("--compromised");
    expect(applied.exitCode(), applied.errors()).toBe(0);
    const told = applied.errors();
    expect(told).toContain("grace           none: the secret has leaked\n");
    expect(told).toContain(
      "breaks          web: every sign-in and refresh fails from the deletion on, until the new value is read\n",
    );
    expect(told).toContain(
      "tokens          issued already: access tokens live for up to 60 min, ID tokens for up to 60 min\n",
    );
    expect(applied.out()).toContain("--finish --compromised --apply");
    expect((await world.apply("--finish", "--proof", proof("web"))).exitCode()).toBe(14);
    const [, current] = live();
    const finished = await world.apply("--finish", "--compromised");
    expect([finished.exitCode(), live()]).toEqual([0, [current]]);
  });

  it("whose secret leaked is told, after a rollback, which secret stays when the other one goes", async () => {
    const id = world.client.secrets[0]?.id;
    await world.apply();
    await world.apply("--rollback");
    const warning = `the secret ${id} STAYS, which is from before the rotation; if that one leaked, --apply --compromised must follow`;
    const shown = await world.rotate("--finish", "--compromised");
    expect(shown.out()).toContain(`look            ${warning}\n`);
    const finished = await world.apply("--finish", "--compromised", "--json");
    expect(JSON.parse(finished.out())).toMatchObject({ applied: true, warnings: [warning] });
    expect(world.client.secrets.map((secret) => secret.id)).toEqual([id]);
    expect((await world.apply("--compromised")).exitCode()).toBe(0);
    expect(JSON.parse((await world.apply("--finish", "--compromised", "--json")).out()).warnings).toEqual([]);
    expect(world.client.secrets.map((secret) => secret.id)).not.toContain(id);
  });

  it("says which limit of the secret is reached where others have taken its labels", async () => {
    world.versionWith("AWSCURRENT")?.labels.push(...Array.from({ length: 18 }, (_, i) => `other-${i}`));
    const host = await world.apply();
    expect([host.exitCode(), host.errors().trim().split("\n").at(-1)]).toEqual([
      15,
      "rotate-client-secret: PutSecretValue sekisho/test/clients/web: the secret has all that AWS allows it. Take labels off that nobody needs (20 are the most).",
    ]);
    expect(live()).toHaveLength(1);
  });

  it("says at any time how far it is and what comes next", async () => {
    const status = async () => (await world.rotate("--status")).out();
    const next = /Next:\n {2}(.*)\n/;
    expect(await status()).not.toMatch(next);
    await world.apply();
    expect(await status()).toContain(
      "state           promoted: AWSCURRENT is the new secret; the old one stays good until ",
    );
    expect(next.exec(await status())?.[1]).toBe(
      "npm run rotate-client-secret -- --stack test --client web --finish --proof web=<fingerprint> --apply --ticket <id> --confirm web",
    );
    await world.apply("--rollback");
    expect(await status()).toContain("state           rolled back: AWSCURRENT is the old secret; ");
    expect(world.gateway.history.entries.some(({ operation }) => operation.startsWith("Delete"))).toBe(false);
  });

  it("is one object with --json, without a secret and without a fingerprint", async () => {
    await world.apply();
    world.passTime(HOUR + 5_000);
    const shown = await world.rotate("--json", "--finish");
    const json = JSON.parse(shown.out());
    expect([shown.exitCode(), json]).toMatchObject([
      14,
      {
        ok: false,
        applied: false,
        client: "web",
        clientId: world.clientId,
        way: "two-secrets",
        mode: "finish",
        state: { kind: "promoted", rotation: world.versionWith("AWSCURRENT")?.id },
        consumers: [{ name: "web", isProven: false }],
        missing: ["web has not proven that it reads the secret that stays"],
        tokenSeconds: { access: 3_600, id: 3_600 },
      },
    ]);
    for (const hidden of [...live(), proof("web").slice(4)]) expect(shown.out()).not.toContain(hidden);
  });
});

describe("a back end's client whose users sign in with SRP, as the program has it", () => {
  it.each([["ENABLED"], ["LEGACY"]])("is rotated, with PreventUserExistenceErrors %s", async (mode) => {
    const flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    world = await startRotationWorld({
      kind: "server",
      client: { ExplicitAuthFlows: flows, PreventUserExistenceErrors: mode },
    });
    const applied = await world.apply();
    expect([applied.exitCode(), live()[1]]).toEqual([0, secretOf("AWSCURRENT")]);
  });
});

describe("a run that is not to happen", () => {
  beforeEach(async () => {
    world = await startRotationWorld({ kind: "server" });
  });

  const refused = async (argv: string[]): Promise<[number | undefined, string]> => {
    const host = await world.runAs({ argv: ["--stack", "test", ...argv] });
    expect(world.writes()).toEqual([]);
    return [
      host.exitCode(),
      host.errors().trim().split("\n").at(-1)?.replace("rotate-client-secret: ", "") ?? "",
    ];
  };
  const APPLY = ["--client", "web", "--apply", "--ticket", "CHG-1"];

  it.each<[string, string[], number, string]>([
    ["no client", [], 2, "--client <name> is missing. --help shows the options."],
    [
      "a client that there is not",
      ["--client", "app"],
      10,
      'The stack test has no client "app". It has web.',
    ],
    [
      "a name out of JavaScript",
      ["--client", "constructor"],
      10,
      'The stack test has no client "constructor". It has web.',
    ],
    [
      "no ticket",
      ["--client", "web", "--apply"],
      2,
      "--apply needs a ticket, so that it can be found out later why this was done. Give --ticket <id>, such as --ticket INC-1.",
    ],
    [
      "another client's name typed",
      [...APPLY, "--confirm", "api"],
      14,
      "--confirm does not name this client; nothing was changed. Read the plan again: is this the client you mean?",
    ],
    [
      "nobody to ask",
      APPLY,
      14,
      "There is no terminal to type the client's name at; nothing was changed. Give --confirm <name>.",
    ],
    [
      "nothing to finish yet, but a proof of nobody",
      ["--client", "web", "--finish", "--proof", "web"],
      2,
      "--proof is not <consumer>=<fingerprint>. A fingerprint is 16 digits 0-9 a-f, as the command that --finish shows prints them.",
    ],
  ])("%s", async (_, argv, exitCode, line) => {
    expect(await refused(argv)).toEqual([exitCode, line]);
  });

  it("a client without a secret", async () => {
    world.setOutput("clients/web", { kind: "cli", clientId: world.clientId });
    expect(await refused(["--client", "web"])).toEqual([
      2,
      "The client web of kind cli has no secret, so there is none to rotate.",
    ]);
  });

  it("credentials of another account", async () => {
    world.objects.caller.account = "999999999999";
    expect(await refused(["--client", "web"])).toEqual([
      12,
      "The stack test is in account 123456789012, the credentials are of 999999999999. Check AWS_PROFILE.",
    ]);
  });

  it("a stack without a log of what runbooks change", async () => {
    world.objects.parameters.delete("/sekisho/test/runbook-log");
    expect(await refused([...APPLY, "--confirm", "web"])).toEqual([
      2,
      "The outputs of test have no part runbook-log. Deploy the stack again with this version.",
    ]);
  });

  it("somebody else at it", async () => {
    const seen: unknown[] = [];
    world.gateway.faults.add({ kind: "stop-point", operation: "PutSecretValue" }, async () => {
      world.gateway.faults.clear();
      const work = [...(world.objects.buckets.get("sekisho-test-work")?.keys() ?? [])];
      seen.push(work.filter((key) => key.startsWith("leases/rotation-")));
      const other = await world.apply();
      seen.push(other.exitCode(), other.errors());
    });
    expect((await world.apply()).exitCode()).toBe(0);
    // Under the client's name: a swap, whose clients have two ids, holds the same one.
    expect(seen).toEqual([
      [`leases/rotation-${world.poolId}-web.json`],
      11,
      expect.stringContaining("Another rotate-client-secret is at it since"),
    ]);
    expect(live()).toHaveLength(2);
  });

  it("a client that cannot be asked about a secret", async () => {
    world.client.settings.ExplicitAuthFlows = ["ALLOW_REFRESH_TOKEN_AUTH"];
    expect(await refused(["--client", "web"])).toEqual([
      2,
      `Client ${world.clientId} has no way in by which a secret could be tried out. Use --way client-swap.`,
    ]);
  });

  it("a place in which every secret is taken for a good one", async () => {
    const { handle } = world.model;
    world.model.handle = (operation, ...rest) =>
      operation === "InitiateAuth"
        ? Promise.reject(notAuthorized("Incorrect username or password."))
        : handle.call(world.model, operation, ...rest);
    for (const argv of [
      ["--client", "web"],
      [...APPLY, "--confirm", "web"],
      ["--client", "web", "--status"],
    ])
      expect(await refused(argv)).toEqual([
        15,
        `A secret of client ${world.clientId} that was made up is not refused: NotAuthorizedException. Nothing can be proven this way from here; try it from another network.`,
      ]);
  });
});

describe("a Cognito that is behind with what it tells", () => {
  beforeEach(async () => {
    world = await startRotationWorld({ kind: "server" });
  });

  /** Lets the list show what stood there before that request, for so many looks. */
  const lagAfter = (change: string, looks: number) => {
    const { handle } = world.model;
    let left = 0;
    let shown: unknown;
    world.model.handle = async (operation, input, ...rest) => {
      const pass = (name: string) => handle.call(world.model, name, input, ...rest);
      if (operation === change) {
        shown = await handle.call(
          world.model,
          LIST,
          { UserPoolId: world.poolId, ClientId: world.clientId },
          ...rest,
        );
        left = looks;
      }
      if (operation !== LIST || left === 0) return pass(operation);
      left -= 1;
      return shown as object;
    };
    return () => {
      world.model.handle = handle;
    };
  };
  const LIST = "ListUserPoolClientSecrets";
  const labels = () => world.versions().flatMap((version) => version.labels);
  const finish = () => world.apply("--finish", "--proof", proof("web"));

  it("is waited for after a secret was added, before anybody gets it", async () => {
    const old = secretOf("AWSCURRENT");
    lagAfter("AddUserPoolClientSecret", 6);
    const host = await world.apply();
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(live()).toEqual([old, secretOf("AWSCURRENT")]);
  });

  it("that never shows the secret which was added ends the run before anybody gets it, and the next goes on", async () => {
    const old = secretOf("AWSCURRENT");
    const catchUp = lagAfter("AddUserPoolClientSecret", Number.POSITIVE_INFINITY);
    const host = await world.apply();
    expect([host.exitCode(), host.errors()]).toEqual([
      15,
      expect.stringContaining(
        `Client ${world.clientId} got a secret that its list does not show after a minute. The old one is good and in use; run it again.\n`,
      ),
    ]);
    expect(secretOf("AWSCURRENT")).toBe(old);
    catchUp();
    expect((await world.apply()).exitCode()).toBe(0);
    expect(live()).toEqual([old, secretOf("AWSCURRENT")]);
  });

  it("is waited for after a secret was deleted, before the labels go", async () => {
    await world.apply();
    world.passTime(HOUR + 5_000);
    lagAfter("DeleteUserPoolClientSecret", 6);
    const host = await finish();
    expect(host.exitCode(), host.errors()).toBe(0);
    expect(labels().filter((label) => label.startsWith("sekisho-"))).toEqual([]);
  });

  it("that goes on showing the secret which was deleted leaves the labels, and the next run takes them off", async () => {
    await world.apply();
    const old = world.client.secrets[0]?.id;
    world.passTime(HOUR + 5_000);
    const catchUp = lagAfter("DeleteUserPoolClientSecret", Number.POSITIVE_INFINITY);
    const host = await finish();
    expect([host.exitCode(), host.errors()]).toEqual([
      15,
      expect.stringContaining(
        `The secret ${old} was deleted, and the client's list shows it after a minute. Run it again in a minute: the labels of the rotation are left.\n`,
      ),
    ]);
    expect(labels()).toContain(`sekisho-replaces-${old}`);
    catchUp();
    expect((await world.apply("--finish")).exitCode()).toBe(0);
    expect(labels()).not.toContain(`sekisho-replaces-${old}`);
  });

  it("and cannot be read back when all is done never says that nothing was changed", async () => {
    // AWSCURRENT, AWSPENDING, and the grace, which is the last step.
    world.gateway.faults.add({ kind: "stop-point", operation: "UpdateSecretVersionStage", nth: 3 }, () => {
      world.gateway.faults.add({ kind: "access-denied", operation: LIST });
    });
    const host = await world.apply();
    world.gateway.faults.clear();
    expect([host.exitCode(), host.errors()]).toEqual([
      15,
      expect.stringMatching(/Done, but it could not be read back: .* Run it with --status in a minute\.\n$/),
    ]);
    expect(host.errors()).not.toContain("Nothing was changed");
    world.gateway.history.clear();
    expect([(await world.apply()).exitCode(), world.writes()]).toEqual([0, []]);
  });

  it("takes a secret only while it is given up, which keeps its labels and is gone back from the next time", async () => {
    const old = secretOf("AWSCURRENT");
    world.gateway.faults.add({ kind: "reset", operation: "AddUserPoolClientSecret", phase: "before-commit" });
    expect((await world.apply()).exitCode()).toBe(15);
    world.gateway.faults.clear();
    const before = labels();
    const which = { UserPoolId: world.poolId, ClientId: world.clientId };
    let pauses = 0;
    const host = await world.runAs(
      {
        pause: async () => {
          pauses += 1;
          if (pauses !== 3) return;
          const ClientSecret = secretOf("AWSPENDING");
          await world.model.handle("AddUserPoolClientSecret", { ...which, ClientSecret }, { isSigned: true });
        },
      },
      "--rollback",
      ...APPLY,
    );
    expect([host.exitCode(), host.errors()]).toEqual([
      11,
      expect.stringContaining(
        "The new secret was added after all; its labels stay. Nothing was changed; run it again in a minute.\n",
      ),
    ]);
    expect(labels()).toEqual(before);
    expect((await world.apply("--rollback")).exitCode()).toBe(0);
    expect([secretOf("AWSCURRENT"), labels()]).toEqual([
      old,
      expect.arrayContaining(["sekisho-rolled-back"]),
    ]);
  });
});

describe("what no rotation leaves behind", () => {
  beforeEach(async () => {
    world = await startRotationWorld({ kind: "server" });
  });

  const admin = (operation: string, input: object = {}) =>
    world.model.handle(
      operation,
      { UserPoolId: world.poolId, ClientId: world.clientId, ...input },
      { isSigned: true },
    );
  const addSecret = (ClientSecret = "x".repeat(30)) => admin("AddUserPoolClientSecret", { ClientSecret });
  const changedValue = (fields: object = {}) =>
    JSON.stringify({ ...JSON.parse(world.versionWith("AWSCURRENT")?.value ?? "{}"), ...fields });
  const store = (labels: string[], fields: object) =>
    world.versions().push({
      id: "0b5c1d2e-3f40-4a51-8b62-7c83d94ea5f6",
      value: changedValue(fields),
      labels,
      createdAt: new Date(),
    });
  const replaces = (id = world.client.secrets[0]?.id) => `sekisho-replaces-${id}`;

  it.each<[string, string, () => unknown]>([
    [
      "two secrets, and nothing says whose",
      "The client has two secrets, and nothing says which of them is whose.",
      () => addSecret(),
    ],
    [
      "a pending version that is not live while there is a second secret",
      "The client has a second secret, and it is not the one that was stored for it.",
      async () => {
        store(["AWSPENDING", replaces()], { clientSecret: "y".repeat(30) });
        await addSecret();
      },
    ],
    [
      "an AWSPENDING that is not ours",
      "The version 0b5c1d2e-3f40-4a51-8b62-7c83d94ea5f6 is AWSPENDING, and no rotation of ours made it.",
      () => store(["AWSPENDING"], { clientSecret: "y".repeat(30) }),
    ],
    [
      "an AWSCURRENT that Cognito refuses",
      "Cognito refuses the secret that is AWSCURRENT, so it is not the client's.",
      () =>
        world.objects.secrets.set("sekisho/test/clients/web", changedValue({ clientSecret: "y".repeat(30) })),
    ],
    [
      "a pending version that replaces a secret which is gone",
      "which the client has not.",
      () => store(["AWSPENDING", replaces(`${world.clientId}--1`)], { clientSecret: "y".repeat(30) }),
    ],
    [
      "the secret of another client",
      "holds the secret of another client.",
      () => world.objects.secrets.set("sekisho/test/clients/web", changedValue({ clientId: "other" })),
    ],
    [
      "no AWSCURRENT",
      "No version of the secret is AWSCURRENT.",
      () => {
        for (const version of world.versions()) version.labels = ["sekisho-first"];
      },
    ],
    [
      "a client without a secret in Cognito",
      "The client has no secret to rotate.",
      () => {
        world.client.secrets = [];
      },
    ],
  ])("%s stops with exit code 11, and deletes nothing", async (_, sentence, prepare) => {
    await prepare();
    const before = live();
    world.gateway.history.clear();
    for (const mode of [[], ["--finish"], ["--finish", "--compromised"], ["--rollback"]]) {
      const host = await world.apply(...mode);
      expect([host.exitCode(), host.errors()]).toEqual([11, expect.stringContaining(sentence)]);
    }
    const status = await world.rotate("--status");
    expect([status.exitCode(), status.errors().length]).toEqual([
      11,
      expect.toSatisfy((length) => length <= 201),
    ]);
    expect([world.writes(), live()]).toEqual([[], before]);
  });

  it("a secret that is no client's secret is told apart without repeating it", async () => {
    world.objects.secrets.set("sekisho/test/clients/web", "canary-not-json");
    const host = await world.apply();
    expect([host.exitCode(), host.errors()]).toEqual([
      13,
      expect.stringContaining("of sekisho/test/clients/web does not hold { clientId, clientSecret, … }."),
    ]);
    expect(host.errors()).not.toContain("canary");
  });
});

describe("a rule with authenticate-cognito", () => {
  beforeEach(async () => {
    world = await startRotationWorld({ kind: "server", rules: 0 });
    await world.balancers.handle("CreateRule", {
      ListenerArn: world.listenerArn,
      Priority: "7",
      Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/*"] } }],
      Actions: [
        {
          Type: "authenticate-cognito",
          Order: "1",
          AuthenticateCognitoConfig: {
            UserPoolArn: `arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/${world.poolId}`,
            UserPoolClientId: world.clientId,
            UserPoolDomain: "example-test",
          },
        },
        { Type: "fixed-response", Order: "2", FixedResponseConfig: { StatusCode: "200" } },
      ],
    });
  });

  it("keeps the client from being rotated by two secrets, with the sentence why", async () => {
    for (const mode of [[], ["--finish"]]) {
      const host = await world.apply("--way", "two-secrets", ...mode);
      expect([host.exitCode(), host.errors()]).toEqual([
        2,
        "rotate-client-secret: The load balancer reads the secret of front, rule 7 through DescribeUserPoolClient, which shows the original one only, and nothing once that is deleted. Use --way client-swap.\n",
      ]);
    }
    expect(world.writes()).toEqual([]);
  });
});
