import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import declareStack from "../../infra/index.ts";
import type { PropertyMap } from "../../local/engine/property-values.ts";
import { renderedInvokes } from "../../local/rendered-outputs.ts";
import { scriptedAws } from "../local/apply/scripted-aws.ts";
import { type Change, sampleConfig } from "../support/sample-settings.ts";

const region = "ap-northeast-1";

/** What the sample leaves out: a load balancer and a trail of its own, the question, builds, a secret that is looked up. */
const allOfItsOwn: Change[] = [
  [["routes", "listenerArn"], undefined],
  [["routes", "authenticate"], "oidc"],
  [
    ["routes", "create"],
    {
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      certificateArn: `arn:aws:acm:${region}:123456789012:certificate/11111111-2222-3333-4444-555555555555`,
    },
  ],
  [["audit", "trail"], "create"],
  [["audit", "trailLocation"], undefined],
  [["backup", "runOn"], "codebuild"],
  [["clients", "portal"], { kind: "server", flows: ["question"] }],
  [["triggers", "secretQuestion"], true],
];

/** The program as a preview runs it before anything exists: AWS has given no id, no ARN, no secret. */
async function preview(changes: readonly Change[]) {
  const { aws } = scriptedAws({}, region);
  const types: string[] = [];
  const asked: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, inputs }) => {
        types.push(type);
        // Part of it is an input, the rest AWS makes: as a whole it is open, which leaving it out says.
        const { dkimSigningAttributes: _open, ...known } = inputs;
        return { id: undefined, state: known };
      },
      call: ({ token, inputs }) => {
        asked.push(token);
        const answer = renderedInvokes[token];
        if (answer === undefined) throw new Error(`nobody answers ${token}`);
        return answer(inputs as PropertyMap, aws);
      },
    },
    "sekisho",
    "dev",
    true,
  );
  const config = Object.entries(sampleConfig(...changes));
  pulumi.runtime.setAllConfig({
    "aws:region": region,
    ...Object.fromEntries(config.map(([name, value]) => [`sekisho:${name}`, JSON.stringify(value)])),
  });
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      await declareStack();
    });
    await pulumi.runtime.disconnect();
  } finally {
    pulumi.runtime.setAllConfig({});
  }
  return { types, asked };
}

test.each([
  ["the sample", []],
  ["a stack with all of its own", allOfItsOwn],
])("the first preview of %s shows the whole stack although AWS has given no id yet", async (_, changes) => {
  const { types } = await preview(changes);
  // What comes last, and what depends on the most.
  expect(types).toContain("aws:cloudwatch/dashboard:Dashboard");
  expect(types).toContain("sekisho:index:StackParameters");
  expect(types.filter((type) => type === "aws:lb/listenerRule:ListenerRule").length).toBeGreaterThan(3);
});

test("the first preview looks up no secret, because there is none yet", async () => {
  const { asked } = await preview(allOfItsOwn);
  expect(asked).not.toContain("aws:secretsmanager/getSecretVersion:getSecretVersion");
});
