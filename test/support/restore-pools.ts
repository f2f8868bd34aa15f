import type { UserRecord } from "../../runbooks/backup/format.ts";
import type { FaultChoices, PoolComparison } from "../../runbooks/reimport/pool-faults.ts";
import type { SetUser } from "../../runbooks/reimport/set-contents.ts";
import { createSetTally } from "../../runbooks/reimport/set-tally.ts";
import type { TargetAttribute, TargetPool } from "../../runbooks/reimport/target-pool.ts";
import { createUser } from "./in-memory-pool.ts";

/** A pool with user names, verified addresses as the way back, and these attributes besides the usual ones. */
export function createTargetPool(
  values: Partial<TargetPool> = {},
  attributes: readonly (Partial<TargetAttribute> & { name: string })[] = [],
): TargetPool {
  const schema = [...USUAL_ATTRIBUTES, ...attributes].map(
    (attribute): TargetAttribute => ({
      type: "String",
      isMutable: true,
      isRequired: false,
      ...attribute,
    }),
  );
  return {
    id: "ap-northeast-1_New123456",
    name: "sekisho-test-new",
    arn: "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_New123456",
    tags: { "sekisho:stack": "test" },
    estimatedUsers: 0,
    usernameAttributes: [],
    aliasAttributes: [],
    isCaseSensitive: true,
    autoVerified: ["email"],
    recovery: ["email"],
    mfa: { mode: "OFF", hasSms: false, hasTotp: false, hasEmail: false },
    schema: new Map(schema.map((attribute) => [attribute.name, attribute])),
    passwordLength: 8,
    triggers: [],
    identityProviders: [],
    groups: new Map(),
    ...values,
  };
}

const USUAL_ATTRIBUTES: readonly (Partial<TargetAttribute> & { name: string })[] = [
  { name: "sub", isMutable: false, isRequired: true, min: 1, max: 2_048 },
  { name: "email", min: 0, max: 2_048 },
  { name: "email_verified", type: "Boolean" },
  { name: "phone_number", min: 0, max: 2_048 },
  { name: "phone_number_verified", type: "Boolean" },
  { name: "name", min: 0, max: 2_048 },
  { name: "preferred_username", min: 0, max: 2_048 },
  { name: "identities" },
];

/** A user of a set with a verified address of their own, and these attributes besides or instead; "" leaves one out. */
export function createSetUser(
  number: number,
  attributes: Readonly<Record<string, string>> = {},
  values: Partial<UserRecord> & Partial<Pick<SetUser, "groups" | "mfa">> = {},
): SetUser {
  const { groups = [], mfa, ...record } = values;
  const user = createUser(number);
  const all = { ...Object.fromEntries(user.attributes), email_verified: "true", ...attributes };
  return {
    ordinal: number,
    record: { ...user, attributes: Object.entries(all).filter(([, value]) => value !== ""), ...record },
    groups,
    mfa,
  };
}

/** What findPoolFaults and findPoolWarnings are given when these users are to go from one pool to the other. */
export function comparePools(
  contents: {
    source?: TargetPool;
    target?: TargetPool;
    users?: readonly SetUser[];
    groups?: PoolComparison["groups"];
    choices?: Partial<FaultChoices>;
  } = {},
): PoolComparison {
  const { source = createTargetPool(), target = createTargetPool(), groups = [], choices } = contents;
  const { add, read } = createSetTally({ source, target });
  for (const user of contents.users ?? [createSetUser(0), createSetUser(1)]) add(user);
  return {
    source,
    target,
    tally: read(),
    groups,
    choices: {
      accepted: [],
      groupRoles: new Map(),
      withoutGroupRoles: false,
      withMfa: false,
      engine: "auto",
      ...choices,
    },
  };
}
