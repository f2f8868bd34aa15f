import { describe, expect, test } from "vitest";
import { ExceptionsError, isLike, readExceptions } from "../../../infra/checks/exceptions.ts";

const good = `
- ids: [checkov:CKV_AWS_158]
  resources: [user-pool-log]
  reason: Cognito refuses to deliver to a group that is encrypted with a key.
  owner: ops
`;

describe("the register of exceptions", () => {
  test("is a list of ids, resources, reason and owner; both presets unless said", () => {
    expect(readExceptions(good, "exceptions.yaml")).toEqual([
      {
        ids: ["checkov:CKV_AWS_158"],
        resources: ["user-pool-log"],
        presets: ["baseline", "strict"],
        reason: "Cognito refuses to deliver to a group that is encrypted with a key.",
        owner: "ops",
      },
    ]);
  });

  test.each([
    ["no reason", good.replace(/ {2}reason.*\n/, ""), /0\.reason/],
    ["a reason that says nothing", good.replace(/reason:.*/, "reason: needed"), /0\.reason: Too small/],
    ["no owner", good.replace(/ {2}owner.*\n/, ""), /0\.owner/],
    ["an id of nobody", good.replace("checkov:", ""), /0\.ids\.0/],
    ["a key it does not know", `${good}  until: 2030-01-01\n`, /until/],
    ["another preset", `${good}  presets: [lax]\n`, /0\.presets\.0/],
    ["what is not YAML", "- [", /^exceptions.yaml is not readable as YAML: /],
  ])("refuses an entry with %s", (_title, text, message) => {
    const read = () => readExceptions(text, "exceptions.yaml");
    expect(read).toThrow(ExceptionsError);
    expect(read).toThrow(message);
  });

  test.each([
    ["user-pool-log", "user-pool-log", true],
    ["*-log", "user-pool-log", true],
    ["user-*-log", "user-pool-log", true],
    ["user-pool-log", "user-pool-logs", false],
    ["user.pool", "user-pool", false],
  ])("takes %s for the name %s: %s", (pattern, name, isMatch) => {
    expect(isLike(pattern, name)).toBe(isMatch);
  });
});
