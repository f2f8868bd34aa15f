import { beforeAll, expect, test } from "vitest";
import { computedOutputs, RENDER_ACCOUNT } from "../../../local/rendered-outputs.ts";
import { declareSections } from "../../support/declared-stack.ts";
import type { Declaration, DeclaredResource } from "../../support/pulumi-mocks.ts";
import { sampleConfig } from "../../support/sample-settings.ts";

/** EventBridge takes no longer ones (Amazon EventBridge User Guide, "Amazon EventBridge quotas"). */
const LONGEST_PATTERN = 2_048;

let declared: Declaration;
beforeAll(async () => {
  declared = await declareSections(
    sampleConfig(
      [["preset"], "strict"],
      [["users", "tier"], undefined],
      [["audit", "trail"], "create"],
      [["audit", "trailLocation"], undefined],
      [["triggers", "secretQuestion"], true],
      [["clients", "terminal"], { kind: "server", flows: ["question"] }],
    ),
  );
});

function inOwnRegion(type: string): DeclaredResource[] {
  return declared.all(type).filter(({ inputs }) => inputs.region === undefined);
}

function keyArn(name: string): unknown {
  const aws = { region: "ap-northeast-1" };
  return computedOutputs({ type: "aws:kms/key:Key", name, inputs: {}, aws, account: RENDER_ACCOUNT }).arn;
}

function patternOf(name: string): string {
  return String(declared.one("aws:cloudwatch/eventRule:EventRule", `call-${name}`).inputs.eventPattern);
}

test("whoever touches a key in the stack's own Region is told of, whatever the key is for", () => {
  const names = inOwnRegion("aws:kms/key:Key").map(({ name }) => name);
  expect(names.toSorted()).toEqual([
    "encryption-keys-logs",
    "encryption-keys-secrets",
    "sekisho-dev-answers-key",
    "sekisho-dev-backups-key",
    "sekisho-dev-evidence-key",
    "sekisho-dev-questions-key",
    "sekisho-dev-work-key",
    "stack-alarms-topic-key",
  ]);
  expect(names.filter((name) => !patternOf("key-loss").includes(`"${keyArn(name)}"`))).toEqual([]);
});

test("whoever touches what protects backups, working files, evidence or access logs is told of", () => {
  const names = inOwnRegion("aws:s3/bucket:Bucket").map(({ name }) => name);
  const unwatched = names.filter((name) => !patternOf("protection-change").includes(`"${name}-id"`));
  // It holds what is made again: answers to questions.
  expect(unwatched).toEqual(["sekisho-dev-answers"]);
});

test("whoever deletes the log of runbooks, or touches the key of the erased, by its name or its ARN, is told of", () => {
  const parameters = (name: string) => JSON.parse(patternOf(name)).detail.requestParameters;
  expect(parameters("runbook-log-loss")).toEqual({ logGroupName: ["/sekisho/dev/runbooks"] });
  expect(parameters("erased-key-change")).toEqual({
    secretId: [
      "sekisho/dev/erased-list-key",
      expect.stringMatching(/^arn:aws:secretsmanager:.*erased-list-key/),
    ],
  });
});

test("no pattern is longer than EventBridge takes", () => {
  for (const { inputs } of declared.all("aws:cloudwatch/eventRule:EventRule")) {
    expect(String(inputs.eventPattern).length).toBeLessThanOrEqual(LONGEST_PATTERN);
  }
});
