import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { AwsFault } from "../../local/aws-fault.ts";
import { fingerprintOf } from "../../runbooks/rotation/consumer-proof.ts";
import { APPLY, type RotationWorld, startRotationWorld } from "../support/rotation-world.ts";

/** As many secrets as are planted; half of them stood there before, and half are new. */
const CANARIES = 20;

// Ten runs a test, and a process: several times as long on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let world: RotationWorld;
/** The operation that is refused next, in words that repeat the whole request. */
let repeated: string | undefined;

beforeAll(async () => {
  world = await startRotationWorld();
  const { services } = world.gateway;
  const answer = services.answer.bind(services);
  services.answer = async (request, context) => {
    if (request.operation !== repeated) return answer(request, context);
    repeated = undefined;
    const sent = (await request.body.read()).toString("utf8");
    throw new AwsFault("ValidationException", `Value '${sent}' failed to satisfy constraint`);
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

const secrets = () => world.versions().map(({ value }) => String(JSON.parse(value).clientSecret));

/** Everything but Secrets Manager, Cognito and the rules themselves that a run may have written. */
function keptTexts(): string[] {
  const { buckets, logs, parameters } = world.objects;
  return [
    ...[...buckets.values()].flatMap((bucket) => [...bucket.values()].map(String)),
    ...[...logs.values()].flatMap((streams) => [...streams.values()].flat().map(String)),
    ...parameters.values(),
    ...world.versions().flatMap(({ labels }) => labels),
  ];
}

const planted: string[] = [];

it.each(Array.from({ length: CANARIES / 2 }, (_, number) => number + 1))(
  "neither the old nor the new secret of rotation %i is printed or kept, whatever becomes of a run",
  async (number) => {
    const seen: string[] = [];
    await world.renewClient(`canary${number}x`.padEnd(40, "Z"));
    const format = number % 2 === 0 ? ["--json"] : ["--debug"];
    const run = async (...argv: string[]) => {
      const host = await world.runAs({}, ...argv, ...format);
      seen.push(host.out(), host.errors(), ...host.argv, ...Object.values(host.env).map(String));
      world.dropLease();
    };
    await run();
    // Refusals and lost answers carry what was sent only too gladly.
    for (const [operation, kind] of [
      ["PutSecretValue", "access-denied"],
      ["AddUserPoolClientSecret", "500"],
      ["ModifyRule", "access-denied"],
      ["POST /oauth2/token", "html-200"],
    ] as const) {
      if (operation !== "POST /oauth2/token") {
        repeated = operation;
        await run(...APPLY);
        expect(repeated).toBeUndefined();
      }
      const rule = world.gateway.faults.add({ kind, operation, nth: 1 });
      await run(...APPLY);
      expect(rule.fired).toBe(1);
      world.gateway.faults.clear();
    }
    expect(seen.join("\n")).toContain("[hidden]");
    await run(...APPLY);
    await run("--status");
    await run("--finish");
    await run("--rollback", ...APPLY);
    seen.push(...keptTexts());

    const both = [...new Set(secrets())];
    expect(both).toHaveLength(2);
    planted.push(...both);
    const all = seen.join("\n");
    expect(all).toContain("promoted");
    expect(both.filter((secret) => all.includes(secret) || all.includes(encodeBasic(secret)))).toEqual([]);
  },
);

it(`were ${CANARIES} secrets in all`, () => {
  expect(new Set(planted).size).toBe(CANARIES);
});

/** How a secret would look in an Authorization header. */
function encodeBasic(secret: string): string {
  return Buffer.from(`${world.clientId}:${secret}`).toString("base64");
}

it("a process has no secret in its arguments or its environment, and leaves no file", async () => {
  await world.renewClient("canary-process".replaceAll("-", "x").padEnd(40, "Z"));
  const folder = await mkdtemp(join(tmpdir(), "rotation-"));
  const entry = join(import.meta.dirname, "../../runbooks/rotate-client-secret.ts");
  const tsx = import.meta.resolve("tsx");
  const child = spawn(
    process.execPath,
    ["--import", tsx, entry, "--stack", "test", "--client", "web", ...APPLY],
    {
      cwd: folder,
      env: { ...process.env, ...world.environment, TMPDIR: folder, TSX_DISABLE_CACHE: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const looks: string[] = [];
  world.gateway.faults.add({ kind: "throttle", operation: "ModifyRule", nth: 1 }, async () => {
    for (const name of ["cmdline", "environ"])
      looks.push(await readFile(`/proc/${child.pid}/${name}`, "utf8"));
  });
  const [out, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null ? once(child, "exit") : undefined,
  ]);
  world.gateway.faults.clear();
  expect([child.exitCode, errors]).toEqual([
    0,
    expect.stringContaining("7 of 7: let both secrets stay good"),
  ]);
  expect(looks).toHaveLength(2);
  const all = [...looks, out, errors].join("\n");
  expect(all).toContain("rotate-client-secret");
  expect(secrets().filter((secret) => all.includes(secret))).toEqual([]);
  const files = await readdir(folder, { recursive: true });
  expect(files).toEqual([]);
  await rm(folder, { recursive: true });
});

it("the fingerprint that proves a secret tells nothing of it", async () => {
  const [version] = world.versions();
  const secret = String(JSON.parse(version?.value ?? "{}").clientSecret);
  const fingerprint = fingerprintOf(version?.id ?? "", secret);
  expect(secret).not.toContain(fingerprint);
  expect(fingerprint).toHaveLength(16);
});
