import { describe, expect, test } from "vitest";
import { makers } from "../../../local/apply/makers.ts";
import { compareDeclarations } from "../../../local/engine/change.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { providerRules } from "../../../local/engine/provider-rules.ts";
import { declare } from "./fake-makers.ts";

const FUNCTION = "aws:lambda/function:Function";
const code = (text: string) => ({ assets: { "index.mjs": { text } } });

describe("what the provider does with changes", () => {
  test("is known of every type that a deployment makes or records", () => {
    const unknown = Object.keys(makers).filter((type) => providerRules(type).replaces.length === 1);
    // There is one of it for account and Region: nothing of it can be replaced.
    expect(unknown).toEqual(["aws:sns/smsPreferences:SmsPreferences"]);
  });

  test.each<[string, string, PropertyMap, PropertyMap, string]>([
    [
      "new code of a function",
      FUNCTION,
      { name: "f", code: code("1") },
      { name: "f", code: code("2") },
      "updated",
    ],
    ["another name of a function", FUNCTION, { name: "f" }, { name: "g" }, "replaced"],
    [
      "another pool in a permission",
      "aws:lambda/permission:Permission",
      { function: "f", sourceArn: "arn:a" },
      { function: "f", sourceArn: "arn:b" },
      "replaced",
    ],
    [
      "another key of a table",
      "aws:dynamodb/table:Table",
      { name: "t", hashKey: "a" },
      { name: "t", hashKey: "b" },
      "replaced",
    ],
    [
      "the protection of a table",
      "aws:dynamodb/table:Table",
      { name: "t", deletionProtectionEnabled: false },
      { name: "t", deletionProtectionEnabled: true },
      "updated",
    ],
    [
      "attributes of a table in another order",
      "aws:dynamodb/table:Table",
      {
        name: "t",
        attributes: [
          { name: "a", type: "S" },
          { name: "b", type: "S" },
        ],
      },
      {
        name: "t",
        attributes: [
          { name: "b", type: "S" },
          { name: "a", type: "S" },
        ],
      },
      "unchanged",
    ],
    [
      "the time of a schedule",
      "aws:scheduler/schedule:Schedule",
      { name: "s", scheduleExpression: "rate(1 day)" },
      { name: "s", scheduleExpression: "rate(2 days)" },
      "updated",
    ],
    [
      "the group of a schedule",
      "aws:scheduler/schedule:Schedule",
      { name: "s", groupName: "a" },
      { name: "s", groupName: "b" },
      "replaced",
    ],
    [
      "the address of a subscription",
      "aws:sns/topicSubscription:TopicSubscription",
      { topic: "t", protocol: "email", endpoint: "a@example.com" },
      { topic: "t", protocol: "email", endpoint: "b@example.com" },
      "replaced",
    ],
    [
      "spaces in the body of a dashboard",
      "aws:cloudwatch/dashboard:Dashboard",
      { dashboardName: "d", dashboardBody: '{"a":1}' },
      { dashboardName: "d", dashboardBody: '{ "a": 1 }' },
      "unchanged",
    ],
  ])("%s", (_what, type, before, after, kind) => {
    expect(compareDeclarations(declare(type, "one", before), declare(type, "one", after)).kind).toBe(kind);
  });
});
