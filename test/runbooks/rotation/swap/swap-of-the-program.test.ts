import { expect, test } from "vitest";
import { compareRegistrations } from "../../../../local/compare-registrations.ts";
import { findForeignSteps, type PreviewStep } from "../../../../runbooks/rotation/swap/expected-changes.ts";
import type { SwapMove, SwapSettings } from "../../../../runbooks/rotation/swap/swap-edits.ts";
import { type DeclaredProgram, declareProgram } from "../../../support/declared-program.ts";
import { type Change, sampleConfig } from "../../../support/sample-settings.ts";

type Registrations = DeclaredProgram["declarations"];

/** One that people sign in with, one that the identity pool knows, one whose tokens rules verify. */
const CLIENTS = ["web", "backend", "batch"];

const OWN_BALANCER = {
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
  certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
};

/** What the whole program declares for the sample with these clients in these generations. */
async function declare({ generation, alsoAccept }: SwapSettings): Promise<Registrations> {
  const config = sampleConfig(
    ...CLIENTS.flatMap((client): Change[] => [
      [["clients", client, "generation"], generation],
      [["clients", client, "alsoAccept"], [...alsoAccept]],
    ]),
    [["awsAccess", "client"], "backend"],
    // A load balancer of our own: nobody has to be asked about one of others.
    [["routes", "listenerArn"], undefined],
    [["routes", "create"], OWN_BALANCER],
    // What has no part in it takes its time.
    [["triggers"], undefined],
    [["audit"], undefined],
    [["guard"], undefined],
    [["backup"], { copyTo: "ap-northeast-3" }],
  );
  const { declarations, refused } = await declareProgram(config);
  expect(refused).toBeUndefined();
  return declarations;
}

/** What the engine would do between two deployments. */
function stepsBetween(before: Registrations, after: Registrations): PreviewStep[] {
  const { created, updated, replaced, deleted, refused } = compareRegistrations(before, after);
  expect(refused).toEqual([]);
  const inputs = (changed: readonly string[]) => [
    ...new Set(changed.map((path) => path.split(/[.[]/)[0] ?? path)),
  ];
  return [
    ...created.map(({ urn }) => ({ op: "create", urn, changed: [] })),
    ...updated.map(({ urn, changed }) => ({ op: "update", urn, changed: inputs(changed) })),
    ...replaced.map(({ urn, changed }) => ({ op: "replace", urn, changed: inputs(changed) })),
    ...deleted.map(({ urn }) => ({ op: "delete", urn, changed: [] })),
  ];
}

const WAY: readonly { move: SwapMove; generation: number; to: SwapSettings }[] = [
  { move: "add", generation: 2, to: { generation: 1, alsoAccept: [2] } },
  { move: "move", generation: 2, to: { generation: 2, alsoAccept: [1] } },
  { move: "return", generation: 1, to: { generation: 1, alsoAccept: [2] } },
  { move: "remove", generation: 2, to: { generation: 1, alsoAccept: [] } },
];

test("what the program itself changes in a swap is all that a deployment of it may change", async () => {
  let before = await declare({ generation: 1, alsoAccept: [] });
  for (const { move, generation, to } of WAY) {
    const after = await declare(to);
    const steps = stepsBetween(before, after);
    const foreign = CLIENTS.map((name) =>
      findForeignSteps(steps, { move, generation }, { name, poolGeneration: 1 }),
    );
    // A step that belongs to the swap of one client is foreign to those of the others.
    expect(foreign.reduce((some, more) => some.filter((step) => more.includes(step)))).toEqual([]);
    const done = steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
    for (const client of CLIENTS) expect(done).toContain(OWN_STEP[move](client));
    before = after;
  }
}, 240_000);

/** The step without which a move would be none. */
const OWN_STEP: Readonly<Record<SwapMove, (client: string) => string>> = {
  add: (client) => `create client-${client}_2`,
  move: (client) => `replace client-secret-${client}-first`,
  return: (client) => `replace client-secret-${client}-first`,
  remove: (client) => `delete client-${client}_2`,
};
