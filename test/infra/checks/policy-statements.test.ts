import { describe, expect, test } from "vitest";
import {
  deniesPlainTransport,
  foreignPrincipals,
  isForEverybody,
  readStatements,
} from "../../../infra/checks/policy-statements.ts";

function one(statement: object) {
  const [read] = readStatements(JSON.stringify({ Version: "2012-10-17", Statement: statement }));
  if (!read) throw new Error("the policy has no statement");
  return read;
}

describe("a policy", () => {
  test("reads the same, single or as lists", () => {
    const single = { Effect: "Allow", Principal: { AWS: "a" }, Action: "s3:Get", Resource: "r" };
    const lists = { Effect: "Allow", Principal: { AWS: ["a"] }, Action: ["s3:Get"], Resource: ["r"] };
    expect(one(single)).toEqual(one([lists]));
  });

  test.each([undefined, "", null, 7])("that is %s has no statement", (policy) => {
    expect(readStatements(policy)).toEqual([]);
  });

  test.each([
    ["everybody by a star", { Principal: "*" }, true],
    ["everybody by a star among AWS", { Principal: { AWS: "*" } }, true],
    ["one account", { Principal: { AWS: "arn:aws:iam::123456789012:root" } }, false],
    [
      "everybody of one account",
      { Principal: "*", Condition: { StringEquals: { "aws:PrincipalAccount": "123456789012" } } },
      false,
    ],
    [
      "everybody at some hour",
      { Principal: "*", Condition: { DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } } },
      true,
    ],
  ])("knows %s", (_title, statement, expected) => {
    expect(isForEverybody(one({ Effect: "Allow", Action: "*", ...statement }))).toBe(expected);
  });

  test("denies plain transport only when it denies it to everybody", () => {
    const deny = { Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
    expect(deniesPlainTransport(one({ ...deny, Principal: "*" }))).toBe(true);
    expect(deniesPlainTransport(one({ ...deny, Principal: { AWS: "one" } }))).toBe(false);
    expect(deniesPlainTransport(one({ ...deny, Effect: "Allow", Principal: "*" }))).toBe(false);
  });

  test("names the accounts that are not ours", () => {
    const ours = "arn:aws:iam::123456789012:role/ours";
    const theirs = "arn:aws:iam::999999999999:root";
    const statement = one({ Effect: "Allow", Principal: { AWS: [ours, theirs] }, Action: "*" });
    expect(foreignPrincipals(statement, "123456789012")).toEqual([theirs]);
  });
});
