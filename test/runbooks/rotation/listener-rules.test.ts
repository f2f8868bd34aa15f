import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, describe, expect, it, vi } from "vitest";
import { findClientUses, issuerOf } from "../../../runbooks/rotation/client-uses.ts";
import { openListenerRules, withSecret } from "../../../runbooks/rotation/listener-rules.ts";
import { readListeners } from "../../../runbooks/rotation/load-balancer-reader.ts";
import { createAwsCaller } from "../../../runbooks/runtime/aws-calls.ts";
import { clientSettings } from "../../../runbooks/runtime/aws-clients.ts";
import { type RotationWorld, signInActions, startRotationWorld } from "../../support/rotation-world.ts";

let world: RotationWorld;
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

function openSource() {
  const client = new ElasticLoadBalancingV2Client({
    ...clientSettings({ region: "ap-northeast-1", maxAttempts: 8 }),
    endpoint: world.gateway.url,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return { client, call: createAwsCaller(new AbortController().signal), pause: async () => {} };
}

const identity = () => ({
  clientId: world.clientId,
  userPoolId: world.poolId,
  issuer: issuerOf("ap-northeast-1", world.poolId),
});

async function describeAll() {
  const { client } = openSource();
  const { Listeners } = await client.send(
    new DescribeListenersCommand({ ListenerArns: [world.listenerArn] }),
  );
  const { Rules } = await client.send(new DescribeRulesCommand({ ListenerArn: world.listenerArn }));
  return { Listeners, Rules };
}

describe.each([[1], [100]])("%i rules", (rules) => {
  it("and the default action are written again under throttled reads, each with the new secret and nothing else changed", {
    timeout: 120_000,
  }, async () => {
    world = await startRotationWorld({ rules, hasDefault: true });
    // A rule of another client, and one that only refuses, are left alone.
    const foreign = signInActions({ clientId: "other", poolId: world.poolId, secret: "x".repeat(30) });
    if (rules < 100) {
      await world.balancers.handle("CreateRule", {
        ListenerArn: world.listenerArn,
        Priority: "7",
        Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: ["other.example.com"] } }],
        Actions: foreign,
      });
    }
    const before = await describeAll();
    const source = openSource();
    world.gateway.faults.add({
      kind: "throttle",
      service: "elasticloadbalancing",
      everyNth: rules === 1 ? 2 : 40,
    });
    const uses = findClientUses(await readListeners(source), identity());
    expect(uses).toHaveLength(rules + 1);
    const written = openListenerRules({ ...source, identity: identity(), mayWrite: () => {} });
    for (const use of uses) expect(await written.write(use, "n".repeat(40))).toBe(true);
    world.gateway.faults.clear();

    expect(await describeAll()).toEqual(before);
    const copies = [...world.copies].filter(([, secret]) => secret !== "x".repeat(30));
    expect(copies).toHaveLength(rules + 1);
    for (const [, secret] of copies) expect(secret).toBe("n".repeat(40));
  });
});

describe("a rule", () => {
  it("that does not carry the client any more is left alone", async () => {
    world = await startRotationWorld();
    const source = openSource();
    const [use] = findClientUses(await readListeners(source), identity());
    if (use === undefined) throw new Error("there is no use");
    await world.balancers.handle("ModifyRule", {
      RuleArn: use.ruleArn,
      Actions: [{ Type: "fixed-response", Order: "1", FixedResponseConfig: { StatusCode: "403" } }],
    });
    world.gateway.history.clear();
    const rules = openListenerRules({ ...source, identity: identity(), mayWrite: () => {} });
    expect(await rules.write(use, "n".repeat(40))).toBe(false);
    expect(world.writes()).toEqual([]);
  });

  it("that somebody else changes at that very moment ends the run with exit code 13", async () => {
    world = await startRotationWorld();
    const source = openSource();
    const [use] = findClientUses(await readListeners(source), identity());
    if (use === undefined) throw new Error("there is no use");
    const mayWrite = async () =>
      world.balancers.handle("ModifyRule", {
        RuleArn: use.ruleArn,
        Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/other/*"] } }],
      });
    let changed: Promise<unknown> = Promise.resolve();
    const rules = openListenerRules({
      ...source,
      identity: identity(),
      mayWrite: () => {
        changed = mayWrite();
      },
    });
    await expect(rules.write(use, "n".repeat(40))).rejects.toMatchObject({
      message: "front, rule 100 is not as it was before its secret was written again.",
      exitCode: 13,
    });
    await changed;
  });

  it("is not written without the lease", async () => {
    world = await startRotationWorld();
    const source = openSource();
    const [use] = findClientUses(await readListeners(source), identity());
    if (use === undefined) throw new Error("there is no use");
    world.gateway.history.clear();
    const rules = openListenerRules({
      ...source,
      identity: identity(),
      mayWrite: () => {
        throw new Error("the lease has run out");
      },
    });
    await expect(rules.write(use, "n".repeat(40))).rejects.toThrow("the lease has run out");
    expect(world.writes()).toEqual([]);
  });

  it("is sent the secret alone, never the word that keeps the old one", async () => {
    world = await startRotationWorld();
    const { Rules } = await describeAll();
    const actions = Rules?.find(({ IsDefault }) => !IsDefault)?.Actions ?? [];
    const [oidc, ...others] = withSecret(actions, identity(), "n".repeat(40));
    expect(others).toEqual(actions.slice(1));
    expect(oidc).toEqual({
      ...actions[0],
      AuthenticateOidcConfig: { ...actions[0]?.AuthenticateOidcConfig, ClientSecret: "n".repeat(40) },
    });
    const kept = withSecret(
      [
        {
          ...actions[0],
          Type: "authenticate-oidc",
          AuthenticateOidcConfig: {
            ...actions[0]?.AuthenticateOidcConfig,
            UseExistingClientSecret: true,
          } as never,
        },
      ],
      identity(),
      "n".repeat(40),
    );
    expect(kept[0]?.AuthenticateOidcConfig).not.toHaveProperty("UseExistingClientSecret");
  });
});

describe("lists of a load balancer", () => {
  const page = (items: string[], NextMarker?: string) => ({ items, NextMarker });
  /** A client that answers DescribeLoadBalancers from these pages, by the marker. */
  const sourceOf = (pages: Record<string, { items: string[]; NextMarker?: string | undefined }>) => ({
    client: {
      send: async ({ input }: { input: { Marker?: string; PageSize?: number } }) => {
        const { items, NextMarker } = pages[input.Marker ?? ""] ?? page([]);
        const LoadBalancers = items.map((name) => ({
          LoadBalancerArn: `arn:${name}`,
          LoadBalancerName: name,
          Type: "network",
        }));
        return { LoadBalancers, NextMarker };
      },
    } as unknown as ElasticLoadBalancingV2Client,
    call: <Answer>(_: string, run: (signal: AbortSignal) => Promise<Answer>) =>
      run(new AbortController().signal),
    pause: async () => {},
  });

  it("are read page by page, and an empty marker is the end", async () => {
    world = await startRotationWorld();
    expect(await readListeners(sourceOf({ "": page(["a"], "m1"), m1: page(["b"], "") }))).toEqual([]);
  });

  it.each([
    ["a marker that comes twice", { "": page(["a"], "m1"), m1: page(["b"], "m1") }],
    ["two markers in turn", { "": page(["a"], "m1"), m1: page(["b"], "m2"), m2: page(["c"], "m1") }],
  ])("with %s are refused instead of read for ever", async (_, pages) => {
    world = await startRotationWorld();
    await expect(readListeners(sourceOf(pages))).rejects.toMatchObject({
      message: "DescribeLoadBalancers: a page token came twice, so the list would never end.",
      exitCode: 13,
    });
  });

  it("have several pages in the local AWS, too", async () => {
    world = await startRotationWorld({ rules: 3 });
    const source = openSource();
    const { send } = source.client;
    source.client.send = ((command: { input: { PageSize?: number } }, ...rest: []) => {
      if (command.input.PageSize !== undefined) command.input.PageSize = 1;
      return Reflect.apply(send, source.client, [command, ...rest]);
    }) as typeof send;
    expect(findClientUses(await readListeners(source), identity())).toHaveLength(3);
  });
});
