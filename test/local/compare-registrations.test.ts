import { describe, expect, test } from "vitest";
import { compareRegistrations } from "../../local/compare-registrations.ts";
import type { PropertyMap } from "../../local/engine/property-values.ts";
import type { ResourceOptions } from "../../local/engine/registration.ts";
import { declare, urn } from "./engine/fake-makers.ts";

const POOL = "aws:cognito/userPool:UserPool";
const CLIENT = "aws:cognito/userPoolClient:UserPoolClient";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

type Options = Partial<ResourceOptions>;

function compareOne(
  type: string,
  [before, after]: [PropertyMap, PropertyMap],
  options: Options = {},
  optionsBefore: Options = options,
) {
  const { created, deleted, updated, replaced, refused } = compareRegistrations(
    [declare(type, "one", before, optionsBefore)],
    [declare(type, "one", after, options)],
  );
  expect([...created, ...deleted]).toEqual([]);
  return { updated: updated[0]?.changed, replaced: replaced[0]?.forcedBy, refused: refused[0]?.reason };
}

const UNCHANGED = { updated: undefined, replaced: undefined, refused: undefined };

describe("what an update of the stack would do", () => {
  test("lists what is new, what is gone and what stays, without components", () => {
    const group = { ...declare("sekisho:index:Room", "room"), isCustom: false };
    const comparison = compareRegistrations(
      [group, declare(POOL, "pool"), declare(CLIENT, "old")],
      [declare(POOL, "pool"), declare(CLIENT, "new")],
    );
    expect(comparison).toEqual({
      created: [{ urn: urn("new"), type: CLIENT, name: "new" }],
      updated: [],
      replaced: [],
      deleted: [{ urn: urn("old"), type: CLIENT, name: "old" }],
      refused: [],
    });
  });

  test("follows a renamed resource by its alias", () => {
    const renamed = declare(POOL, "new", { name: "users" }, { aliases: [urn("old")] });
    const comparison = compareRegistrations([declare(POOL, "old", { name: "users" })], [renamed]);
    expect(comparison).toEqual({ created: [], updated: [], replaced: [], deleted: [], refused: [] });
  });

  test.each<[string, string, PropertyMap, PropertyMap, string[]]>([
    [
      "a number",
      POOL,
      { passwordPolicy: { minimumLength: 8 } },
      { passwordPolicy: { minimumLength: 14 } },
      ["passwordPolicy.minimumLength"],
    ],
    [
      "a tag",
      POOL,
      { tags: { "sekisho:stack": "a" } },
      { tags: { "sekisho:stack": "b" } },
      ['tags["sekisho:stack"]'],
    ],
    ["a property that comes", CLIENT, {}, { logoutUrls: ["https://a"] }, ["logoutUrls"]],
    ["a property that goes", CLIENT, { logoutUrls: ["https://a"] }, {}, ["logoutUrls"]],
    [
      "an entry of a set",
      CLIENT,
      { callbackUrls: ["a", "b"] },
      { callbackUrls: ["b", "c"] },
      ["callbackUrls"],
    ],
    [
      "the length of a list",
      "aws:lb/listener:Listener",
      { defaultActions: [1] },
      { defaultActions: [1, 2] },
      ["defaultActions"],
    ],
    [
      "one place of a list",
      "aws:lb/listenerRule:ListenerRule",
      { actions: [{ order: 1 }, { order: 2 }] },
      { actions: [{ order: 1 }, { order: 3 }] },
      ["actions[1].order"],
    ],
    [
      "the priority of a rule",
      "aws:lb/listenerRule:ListenerRule",
      { priority: 1 },
      { priority: 2 },
      ["priority"],
    ],
    [
      "an attribute that is added",
      POOL,
      { schemas: [{ name: "a" }] },
      { schemas: [{ name: "b" }, { name: "a" }] },
      ["schemas"],
    ],
    [
      "the layout of a text that only looks like a document",
      "aws:ssm/parameter:Parameter",
      { value: '{"a":1}' },
      { value: '{ "a": 1 }' },
      ["value"],
    ],
    [
      "the target of an alias",
      "aws:kms/alias:Alias",
      { name: "alias/a", targetKeyId: "1" },
      { name: "alias/a", targetKeyId: "2" },
      ["targetKeyId"],
    ],
  ])("updates in place: %s", (_what, type, before, after, changed) => {
    expect(compareOne(type, [before, after])).toEqual({ ...UNCHANGED, updated: changed });
  });

  test.each<[string, string, PropertyMap, PropertyMap, string[]]>([
    [
      "how users sign in",
      POOL,
      { usernameAttributes: ["email"] },
      { usernameAttributes: ["phone_number"] },
      ["usernameAttributes"],
    ],
    ["the aliases of user names", POOL, { aliasAttributes: ["email"] }, {}, ["aliasAttributes"]],
    [
      "whether case matters",
      POOL,
      { usernameConfiguration: { caseSensitive: false } },
      { usernameConfiguration: { caseSensitive: true } },
      ["usernameConfiguration.caseSensitive"],
    ],
    [
      "whether case matters, said for the first time",
      POOL,
      {},
      { usernameConfiguration: { caseSensitive: false } },
      ["usernameConfiguration"],
    ],
    ["the name of a pool", POOL, { name: "a" }, { name: "b" }, ["name"]],
    ["a client's secret", CLIENT, { generateSecret: true }, {}, ["generateSecret"]],
    ["a client's pool", CLIENT, { userPoolId: "a" }, { userPoolId: "b" }, ["userPoolId"]],
    ["a domain", "aws:cognito/userPoolDomain:UserPoolDomain", { domain: "a" }, { domain: "b" }, ["domain"]],
    ["a group's name", "aws:cognito/userGroup:UserGroup", { name: "a" }, { name: "b" }, ["name"]],
    [
      "an identity pool's name",
      "aws:cognito/identityPool:IdentityPool",
      { identityPoolName: "a" },
      { identityPoolName: "b" },
      ["identityPoolName"],
    ],
    [
      "the pictures of a sign-in page",
      "aws:cognito/managedLoginBranding:ManagedLoginBranding",
      { assets: [{ bytes: "a" }] },
      { assets: [{ bytes: "b" }] },
      ["assets"],
    ],
    ["a role's name", "aws:iam/role:Role", { name: "a" }, { name: "b" }, ["name"]],
    ["a secret's value", VERSION, { secretString: "a" }, { secretString: "b" }, ["secretString"]],
    ["a parameter's name", "aws:ssm/parameter:Parameter", { name: "/a" }, { name: "/b" }, ["name"]],
    [
      "object lock",
      "aws:s3/bucket:Bucket",
      { objectLockEnabled: false },
      { objectLockEnabled: true },
      ["objectLockEnabled"],
    ],
    [
      "whose versions are kept",
      "aws:s3/bucketVersioning:BucketVersioning",
      { bucket: "a" },
      { bucket: "b" },
      ["bucket"],
    ],
    [
      "a key in several Regions",
      "aws:kms/key:Key",
      { multiRegion: false },
      { multiRegion: true },
      ["multiRegion"],
    ],
    [
      "a rule's listener",
      "aws:lb/listenerRule:ListenerRule",
      { listenerArn: "a" },
      { listenerArn: "b" },
      ["listenerArn"],
    ],
    ["a DNS record's name", "aws:route53/record:Record", { name: "a" }, { name: "b" }, ["name"]],
    [
      "the Region of anything",
      "aws:sns/smsPreferences:SmsPreferences",
      { region: "us-east-1" },
      { region: "us-west-2" },
      ["region"],
    ],
  ])("replaces for: %s", (_what, type, before, after, forcedBy) => {
    expect(compareOne(type, [before, after])).toEqual({ ...UNCHANGED, replaced: forcedBy });
  });

  test.each<[string, string, PropertyMap, PropertyMap]>([
    ["the order of a set", CLIENT, { callbackUrls: ["a", "b"] }, { callbackUrls: ["b", "a"] }],
    [
      "the order of attributes",
      POOL,
      { schemas: [{ name: "a", mutable: true }, { name: "b" }] },
      { schemas: [{ name: "b" }, { mutable: true, name: "a" }] },
    ],
    [
      "the order of sets inside a set",
      "aws:lb/listenerRule:ListenerRule",
      { conditions: [{ sourceIp: { values: ["1", "2"] } }, { hostHeader: { values: ["h"] } }] },
      { conditions: [{ hostHeader: { values: ["h"] } }, { sourceIp: { values: ["2", "1"] } }] },
    ],
    [
      "the layout of a policy",
      "aws:iam/rolePolicy:RolePolicy",
      { policy: '{"Version":"1","Statement":[]}' },
      { policy: '{ "Statement": [], "Version": "1" }' },
    ],
  ])("does nothing for: %s", (_what, type, before, after) => {
    expect(compareOne(type, [before, after])).toEqual(UNCHANGED);
  });

  test.each<[string, PropertyMap, PropertyMap]>([
    [
      "changes",
      { schemas: [{ name: "team", mutable: true }] },
      { schemas: [{ name: "team", mutable: false }] },
    ],
    ["goes", { schemas: [{ name: "team" }, { name: "a" }] }, { schemas: [{ name: "a" }] }],
  ])("is refused by AWS when an attribute of a pool %s", (_what, before, after) => {
    expect(compareOne(POOL, [before, after])).toEqual({
      ...UNCHANGED,
      refused: "AWS can add entries to schemas but neither change nor remove any: team",
    });
  });
});

describe("the options of a resource", () => {
  test("ignoreChanges hides a change, also of what would replace, and of a part", () => {
    const value: [PropertyMap, PropertyMap] = [{ secretString: "a" }, { secretString: "b" }];
    expect(compareOne(VERSION, value, { ignoreChanges: ["secretString"] })).toEqual(UNCHANGED);
    const parts: [PropertyMap, PropertyMap] = [{ tags: { a: "1", b: "1" } }, { tags: { a: "2", b: "2" } }];
    expect(compareOne(POOL, parts, { ignoreChanges: ['tags["a"]'] }).updated).toEqual(["tags.b"]);
    expect(compareOne(POOL, parts, { ignoreChanges: ["tags.*"] })).toEqual(UNCHANGED);
    const rules: [PropertyMap, PropertyMap] = [
      { rules: [{ id: 1, days: 1 }] },
      { rules: [{ id: 2, days: 2 }] },
    ];
    expect(compareOne(POOL, rules, { ignoreChanges: ["rules[*].id"] }).updated).toEqual(["rules[0].days"]);
  });

  test("ignoreChanges keeps what is gone and what has come out", () => {
    expect(compareOne(POOL, [{ tier: "a" }, {}], { ignoreChanges: ["tier"] })).toEqual(UNCHANGED);
    expect(compareOne(POOL, [{}, { tier: "a" }], { ignoreChanges: ["tier"] })).toEqual(UNCHANGED);
  });

  test("replaceOnChanges replaces for what could be updated", () => {
    const inputs: [PropertyMap, PropertyMap] = [
      { passwordPolicy: { minimumLength: 8 } },
      { passwordPolicy: { minimumLength: 9 } },
    ];
    expect(compareOne(POOL, inputs, { replaceOnChanges: ["passwordPolicy"] }).replaced).toEqual([
      "passwordPolicy.minimumLength",
    ]);
  });

  test.each<[string, Options["replacementTrigger"], Options["replacementTrigger"], string[] | undefined]>([
    ["changes", "client-1", "client-2", ["replacementTrigger"]],
    ["stays", "client-1", "client-1", undefined],
    ["comes", null, "client-1", undefined],
    ["goes", "client-1", null, undefined],
  ])("a replacement trigger that %s is treated as Pulumi treats it", (_what, before, after, replaced) => {
    const options = (replacementTrigger: Options["replacementTrigger"]): Options => ({
      ignoreChanges: ["secretString"],
      ...(replacementTrigger === undefined ? {} : { replacementTrigger }),
    });
    expect(
      compareOne(VERSION, [{ secretString: "a" }, { secretString: "b" }], options(after), options(before)),
    ).toEqual({
      ...UNCHANGED,
      replaced,
    });
  });

  test.each<[string, PropertyMap, PropertyMap, Options, boolean]>([
    [
      "unless told, a resource with a made-up name is replaced new first",
      { usernameAttributes: ["email"] },
      {},
      {},
      false,
    ],
    [
      "an explicit name that stays must be free first",
      { name: "u", usernameAttributes: ["email"] },
      { name: "u" },
      {},
      true,
    ],
    ["an explicit name that changes is in nobody's way", { name: "u" }, { name: "v" }, {}, false],
    ["the program decides: old first", { name: "u" }, { name: "v" }, { deleteBeforeReplace: true }, true],
    [
      "the program decides: new first",
      { name: "u", usernameAttributes: ["email"] },
      { name: "u" },
      { deleteBeforeReplace: false },
      false,
    ],
  ])("%s", (_rule, before, after, options, isDeletedFirst) => {
    const comparison = compareRegistrations(
      [declare(POOL, "pool", before, options)],
      [declare(POOL, "pool", after, options)],
    );
    expect(comparison.replaced[0]).toMatchObject({ name: "pool", isDeletedFirst });
  });
});
