import { beforeAll, describe, expect, test } from "vitest";
import { planDeletions } from "../../local/engine/deletion-plan.ts";
import type { PropertyMap } from "../../local/engine/property-values.ts";
import type { Declaration, Registration } from "../../local/engine/registration.ts";
import { declareProgram } from "../support/declared-program.ts";
import { fakeAws, keepAll } from "./engine/fake-makers.ts";

const stack = {
  users: {
    signInWith: "email",
    attributes: { email: "required", "custom:team": {} },
    groups: { staff: {} },
  },
  mfa: { mode: "required", factors: ["sms", "totp"] },
  email: { from: "Support <support@example.com>", domain: "example.com" },
  sms: { monthlySpendLimitUsd: 30, ownAccountSettings: true },
  clients: { web: { kind: "server" }, cli: { kind: "cli" } },
  awsAccess: {
    client: "cli",
    rules: [{ claim: "custom:team", equals: "ops", role: "sre" }],
    roles: { sre: { managedPolicies: ["ReadOnlyAccess"] } },
  },
  backup: { copyTo: "ap-northeast-3" },
};

/** What holds users, their memberships, their identities, their backups, or what they need to be reached. */
const GUARDED: readonly (readonly [what: string, type: string])[] = [
  ["the user pool", "aws:cognito/userPool:UserPool"],
  ["a group", "aws:cognito/userGroup:UserGroup"],
  ["an app client", "aws:cognito/userPoolClient:UserPoolClient"],
  ["the identity pool", "aws:cognito/identityPool:IdentityPool"],
  ["a client's secret", "aws:secretsmanager/secret:Secret"],
  ["the sender of mails", "aws:sesv2/emailIdentity:EmailIdentity"],
  ["the bucket of backups and its copy", "aws:s3/bucket:Bucket"],
  ["the versions of a bucket", "aws:s3/bucketVersioning:BucketVersioning"],
  ["the lock of a bucket", "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
  ["who may reach a bucket", "aws:s3/bucketPolicy:BucketPolicy"],
  ["the copying of backups", "aws:s3/bucketReplicationConfig:BucketReplicationConfig"],
  ["a key that backups need", "aws:kms/key:Key"],
  ["the table of sign-outs", "aws:dynamodb/table:Table"],
  ["a log of deliveries", "aws:cloudwatch/logGroup:LogGroup"],
];

describe("what holds users", () => {
  let declarations: readonly Declaration[];
  beforeAll(async () => {
    const program = await declareProgram(stack);
    expect(program.refused).toBeUndefined();
    declarations = program.declarations;
  });

  function all(type: string): Declaration[] {
    const found = declarations.filter((declaration) => declaration.type === type);
    if (found.length === 0) throw new Error(`the stack declares no ${type}`);
    return found;
  }

  test.each(GUARDED)("is not destroyed with the stack: %s", (_what, type) => {
    for (const declaration of all(type)) {
      const { refusals, deleted } = planDeletions([exists(declaration)], []);
      expect(refusals).toEqual([
        `${declaration.name} (${type}) is protected and cannot be deleted, but the program no longer declares it.`,
      ]);
      // Even without the protection AWS would keep it.
      expect(deleted).toEqual([]);
    }
  });

  test.each(GUARDED)("is not replaced, whatever would need it: %s", async (_what, type) => {
    for (const declaration of all(type)) {
      const aws = fakeAws([type]);
      const before = await keepAll(aws, [declaration]);
      aws.writes.length = 0;
      // Another Region replaces anything.
      const moved = { ...declaration, inputs: { ...declaration.inputs, region: "us-west-2" } };
      await expect(keepAll(aws, [moved], before)).rejects.toThrow(
        `${declaration.name} (${type}) is protected and cannot be replaced, which the change of region would need.`,
      );
      expect(aws.writes).toEqual([]);
    }
  });
});

/** With what the next version of the program may say of it, and what a refresh would find. */
const MADE_ONCE: readonly {
  what: string;
  type: string;
  name: string;
  said: PropertyMap;
  found: PropertyMap;
}[] = [
  {
    what: "the list of erased people, which a runbook has written on",
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    name: "erased-list",
    said: { content: "another header", contentType: "text/plain" },
    found: { contentType: "application/octet-stream", etag: "another", versionId: "newer" },
  },
  {
    what: "the key that recognises them, which each run draws anew",
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    name: "erased-list-key-first",
    said: {},
    found: { versionStages: ["sekisho-first"] },
  },
];

describe("what runbooks own once it is made", () => {
  test.each(MADE_ONCE)("is not written again by a later deployment: $what", async (thing) => {
    const first = await declareOne(thing);
    const later = await declareOne(thing);
    const changed = { ...later, inputs: { ...later.inputs, ...thing.said } };
    expect(changed.inputs).not.toEqual(first.inputs);
    const aws = fakeAws([thing.type]);
    const before = await keepAll(aws, [first]);
    aws.computed[thing.name] = thing.found;
    await keepAll(aws, [changed], before);
    expect(aws.writes).toEqual([`create ${thing.name}`]);
  });

  async function declareOne({ type, name }: { type: string; name: string }): Promise<Declaration> {
    const { declarations } = await declareProgram(stack);
    const found = declarations.find((declaration) => declaration.type === type && declaration.name === name);
    if (!found) throw new Error(`the stack declares no ${name}`);
    return found;
  }
});

function exists(declaration: Declaration): Registration {
  const { inputs, name } = declaration;
  return { ...declaration, existence: "made", id: name, outputs: inputs, secretOutputs: [] };
}
