import { expect, test } from "vitest";
import { readInput } from "../../../local/cognito/input-validation.ts";
import { createUserPoolClient } from "../../../local/cognito/shapes/clients.ts";
import { createUserPool } from "../../../local/cognito/shapes/user-pools.ts";
import { adminCreateUser, adminSetUserPassword, listUsers } from "../../../local/cognito/shapes/users.ts";
import { faultOf } from "./strict-model.ts";

const UserPoolId = "ap-northeast-1_abcDEF123";

test("drops members the API does not know and takes null for absent, as AWS JSON does", () => {
  expect(readInput(listUsers, { UserPoolId, Limit: null, Colour: "blue" })).toEqual({ UserPoolId });
});

test("lists every breach in one refusal, in AWS's words", async () => {
  const input = { UserPoolId: "wrong", Limit: 61, AttributesToGet: ["name", "x".repeat(33)] };
  expect(await faultOf(() => readInput(listUsers, input))).toMatchObject({
    code: "InvalidParameterException",
    status: 400,
    message:
      "3 validation errors detected: " +
      "Value 'wrong' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; " +
      `Value '${"x".repeat(33)}' at 'attributesToGet.2.member' failed to satisfy constraint: Member must have length less than or equal to 32; ` +
      "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
  });
});

test.each<[string, object, string]>([
  ["a user name", { UserPoolId, Username: "secret name", Password: "x" }, "secret name"],
  ["a password", { UserPoolId, Username: "taro", Password: "pass word" }, "pass word"],
])("never repeats %s", async (_, input, secret) => {
  const { message } = await faultOf(() => readInput(adminSetUserPassword, input));
  expect(message).toMatch(/^1 validation error detected: Value at '(username|password)' failed/);
  expect(message).not.toContain(secret);
});

test.each<[unknown, string]>([
  ["60", "STRING_VALUE can not be converted to a Number"],
  [1.5, "DECIMAL_VALUE can not be converted to an Integer"],
  [true, "TRUE_VALUE can not be converted to a Number"],
  [[1], "LIST_VALUE can not be converted to a Number"],
  [{}, "STRUCTURE_VALUE can not be converted to a Number"],
])("refuses the JSON type of a page size %j before anything else", async (Limit, message) => {
  expect(await faultOf(() => readInput(listUsers, { UserPoolId, Limit }))).toMatchObject({
    code: "SerializationException",
    message,
  });
});

test("names missing members, inner ones too", async () => {
  const input = { Policies: {}, UserPoolAddOns: {} };
  expect((await faultOf(() => readInput(createUserPool, input))).message).toBe(
    "2 validation errors detected: " +
      "Value null at 'userPoolAddOns.advancedSecurityMode' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'poolName' failed to satisfy constraint: Member must not be null",
  );
});

test("checks the keys of a map", async () => {
  const input = { PoolName: "x", UserPoolTags: { ["k".repeat(129)]: "v" } };
  const { message } = await faultOf(() => readInput(createUserPool, input));
  expect(message).toMatch(/Member must have length less than or equal to 128$/);
});

test("takes a blank temporary password, and refuses one with a space under the name of the pattern", async () => {
  const input = { UserPoolId, Username: "taro" };
  expect(readInput(adminCreateUser, { ...input, TemporaryPassword: "" }).TemporaryPassword).toBe("");
  const { message } = await faultOf(() => readInput(adminCreateUser, { ...input, TemporaryPassword: "a b" }));
  expect(message).toContain("Value at 'temporaryPassword'");
  expect(message).toMatch(/pattern: \[\\S\]\+$/);
});

test("takes a Japanese invitation with line breaks, and refuses an ideographic space as Java's patterns do", async () => {
  const pool = (EmailMessage: string) => ({
    PoolName: "x",
    AdminCreateUserConfig: { InviteMessageTemplate: { EmailMessage } },
  });
  expect(readInput(createUserPool, pool("ようこそ、{username}さん。\n{####}"))).toBeDefined();
  expect((await faultOf(() => readInput(createUserPool, pool("ようこそ　{username} {####}")))).code).toBe(
    "InvalidParameterException",
  );
});

test("refuses a client name with a character outside the documented ones", async () => {
  const { message } = await faultOf(() =>
    readInput(createUserPoolClient, { UserPoolId, ClientName: "web/app" }),
  );
  expect(message).toBe(
    "1 validation error detected: Value 'web/app' at 'clientName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+",
  );
});
