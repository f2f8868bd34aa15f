import { describe, expect, it } from "vitest";
import { findPoolFaults } from "../../../runbooks/reimport/pool-faults.ts";
import { findPoolWarnings } from "../../../runbooks/reimport/pool-warnings.ts";
import { createGroup } from "../../support/in-memory-pool.ts";
import { comparePools, createSetUser, createTargetPool } from "../../support/restore-pools.ts";

const grade = { name: "custom:grade", type: "Number" } as const;
const graded = [createSetUser(0, { "custom:grade": "3" })];
const unverified = { email_verified: "false" };
const off = { mode: "OFF", hasSms: false, hasTotp: false, hasEmail: false } as const;

describe("a person is told, and users come back all the same, when", () => {
  it.each<[string, string, Parameters<typeof comparePools>[0]]>([
    [
      "some were in states that nobody can be put into",
      "Users in these states come back as ordinary ones: 2 UNCONFIRMED, 1 COMPROMISED.",
      {
        users: ["UNCONFIRMED", "COMPROMISED", "UNCONFIRMED", "CONFIRMED", "RESET_REQUIRED"].map(
          (status, number) => createSetUser(number, {}, { status }),
        ),
      },
    ],
    [
      "some have values that no pool takes",
      "1 user has values that no pool takes, and will be rejected one by one.",
      { users: [createSetUser(0, { phone_number: "090", name: "x".repeat(2_049) }), createSetUser(1)] },
    ],
    [
      "an attribute has another type that takes every value",
      "custom:grade is a text in the target, and was a number; all values fit.",
      {
        source: createTargetPool({}, [grade]),
        target: createTargetPool({}, [{ name: "custom:grade" }]),
        users: graded,
      },
    ],
    [
      "an attribute can be written only once in the target",
      "custom:grade can never be changed again in the target; 1 user has a value there.",
      {
        source: createTargetPool({}, [grade]),
        target: createTargetPool({}, [{ ...grade, isMutable: false }]),
        users: graded,
      },
    ],
    [
      "some have no way back of their own",
      "1 of 2 users have no verified email or verified phone_number, and need an administrator for a new password.",
      {
        target: createTargetPool({ recovery: ["email", "phone_number"] }),
        users: [createSetUser(0), createSetUser(1, unverified)],
      },
    ],
    [
      "second factors are demanded no more",
      "MFA is OFF in the target, and was ON: people sign in with less.",
      { source: createTargetPool({ mfa: { ...off, mode: "ON", hasTotp: true } }) },
    ],
    [
      "a group stands there with another role",
      "Group admins stands in the target with another role, precedence or description, which stay as they are there.",
      {
        groups: [createGroup("admins", { precedence: 1 }), createGroup("ops", { precedence: 2 })],
        target: createTargetPool({
          groups: new Map([
            ["admins", { name: "admins", precedence: 1, roleArn: "arn:aws:iam::123456789012:role/admins" }],
            ["ops", { name: "ops", precedence: 2 }],
          ]),
        }),
      },
    ],
    [
      "several groups stand there otherwise",
      "2 groups (admins, …) stand in the target with another role, precedence or description, which stay as they are there.",
      {
        groups: [createGroup("admins", { precedence: 1 }), createGroup("ops", { description: "on call" })],
        target: createTargetPool({
          groups: new Map([
            ["admins", { name: "admins", precedence: 3 }],
            ["ops", { name: "ops" }],
          ]),
        }),
      },
    ],
    [
      "a function is asked about every new user",
      "The target's PreSignUp function is called for every user whom the API creates, and may refuse them.",
      { target: createTargetPool({ triggers: ["PreSignUp", "CustomMessage", "PreTokenGeneration"] }) },
    ],
    [
      "a function will hear of every new password",
      "The target's PostConfirmation function is called later, whenever somebody sets a new password.",
      { target: createTargetPool({ triggers: ["PostConfirmation"] }) },
    ],
    [
      "a function makes users by itself",
      "The target's UserMigration function may create users while they are being brought back.",
      { target: createTargetPool({ triggers: ["UserMigration"] }) },
    ],
  ])("%s", (_, sentence, pools) => {
    const comparison = comparePools(pools);
    expect(findPoolWarnings(comparison)).toEqual([sentence]);
    expect(findPoolFaults(comparison)).toEqual([]);
    expect(sentence.length).toBeLessThanOrEqual(200);
  });
});

describe("nobody is warned", () => {
  it.each<[string, Parameters<typeof comparePools>[0]]>([
    ["of a target that is like the set's pool", {}],
    [
      "of functions, where nobody comes back",
      { users: [], target: createTargetPool({ triggers: ["PreSignUp"] }) },
    ],
    [
      "of the pre sign-up function, where an import job creates everybody",
      { target: createTargetPool({ triggers: ["PreSignUp"] }), choices: { engine: "csv" } },
    ],
    [
      "of more second factors than before",
      { target: createTargetPool({ mfa: { ...off, mode: "OPTIONAL", hasTotp: true } }) },
    ],
    [
      "of an attribute that could never be changed before",
      {
        source: createTargetPool({}, [{ ...grade, isMutable: false }]),
        target: createTargetPool({}, [{ ...grade, isMutable: false }]),
        users: graded,
      },
    ],
    [
      "of missing ways back, which are a fault where nobody has one",
      { users: [createSetUser(0, unverified)] },
    ],
    [
      "of missing ways back where administrators are the only one",
      { target: createTargetPool({ recovery: ["admin_only"] }) },
    ],
  ])("%s", (_, pools) => {
    expect(findPoolWarnings(comparePools(pools))).toEqual([]);
  });
});
