import { expect, test } from "vitest";
import type { SeedUser } from "../../../local/cognito/seed-users.ts";
import type { UserStatus } from "../../../local/cognito/state.ts";
import { call, createPool, faultOf, openModel } from "./strict-model.ts";

const statuses: UserStatus[] = [
  "UNCONFIRMED",
  "CONFIRMED",
  "ARCHIVED",
  "COMPROMISED",
  "UNKNOWN",
  "RESET_REQUIRED",
  "FORCE_CHANGE_PASSWORD",
  "EXTERNAL_PROVIDER",
];

test("puts users into every state, switched off and with groups, factors and dates", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model, { UsernameAttributes: ["email"] });
  const subs = model.seedUsers(
    UserPoolId,
    statuses.map((status, index) => ({
      attributes: { email: `user-${index}@example.com`, name: "名\n前" },
      status,
      enabled: index % 2 === 0,
      groups: ["all", status],
      createdAt: new Date("2020-01-02T03:04:05.678Z"),
      mfa: {
        enabled: ["SOFTWARE_TOKEN_MFA"],
        preferred: "SOFTWARE_TOKEN_MFA",
        totpSecret: "JBSWY3DPEHPK3PXP",
      },
    })),
  );
  for (const [index, sub] of subs.entries()) {
    expect(await call(model, "AdminGetUser", { UserPoolId, Username: sub })).toEqual({
      Username: sub,
      UserAttributes: [
        { Name: "sub", Value: sub },
        { Name: "email", Value: `user-${index}@example.com` },
        { Name: "name", Value: "名\n前" },
      ],
      UserStatus: statuses[index],
      Enabled: index % 2 === 0,
      UserCreateDate: 1577934245.678,
      UserLastModifiedDate: 1577934245.678,
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
      PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
    });
  }
  const members = await call(model, "ListUsersInGroup", { UserPoolId, GroupName: "all" });
  expect(members).toMatchObject({ Users: subs.map((Username) => ({ Username })) });
});

const taro: SeedUser = { username: "taro", attributes: {}, status: "CONFIRMED" };

test.each<[string, object, SeedUser[], string]>([
  [
    "a value too long for the schema",
    {},
    [taro, { ...taro, username: "b", attributes: { name: "x".repeat(2049) } }],
    "seeded user 1: Attributes did not conform to the schema: name: String must be no longer than 2048 characters\n",
  ],
  [
    "an unknown attribute",
    {},
    [{ ...taro, attributes: { "custom:x": "1" } }],
    "seeded user 0: attribute custom:x can't be set",
  ],
  [
    "sub among the attributes",
    {},
    [{ ...taro, attributes: { sub: "1" } }],
    "seeded user 0: attribute sub can't be set",
  ],
  ["no user name", {}, [{ attributes: {}, status: "CONFIRMED" }], "seeded user 0: username is missing"],
  [
    "a user name where addresses sign in",
    { UsernameAttributes: ["email"] },
    [taro],
    "seeded user 0: username is given, but this pool's users sign in with an address or number",
  ],
  [
    "no address where addresses sign in",
    { UsernameAttributes: ["email"] },
    [{ attributes: {}, status: "CONFIRMED" }],
    "seeded user 0: one of email is missing",
  ],
  ["a name twice", {}, [taro, taro], "seeded user 1: its name is used twice"],
  [
    "an address twice, in another case",
    { UsernameAttributes: ["email"], UsernameConfiguration: { CaseSensitive: false } },
    ["a@x.jp", "A@x.jp"].map((email) => ({ attributes: { email }, status: "CONFIRMED" })),
    "seeded user 1: its name is used twice",
  ],
])("refuses %s, and then seeds nobody", async (_, settings, users, message) => {
  const model = openModel();
  const UserPoolId = await createPool(model, settings);
  expect(await faultOf(() => model.seedUsers(UserPoolId, users))).toMatchObject({ message });
  expect(model.pools.get(UserPoolId)?.users.size).toBe(0);
});

test("refuses a name that a user of the pool has", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model);
  model.seedUsers(UserPoolId, [taro]);
  expect((await faultOf(() => model.seedUsers(UserPoolId, [taro]))).message).toBe(
    "seeded user 0: its name is taken",
  );
  expect((await faultOf(() => model.seedUsers("ap-northeast-1_none", [taro]))).code).toBe(
    "ResourceNotFoundException",
  );
});

const federated: SeedUser = {
  username: "google_1",
  attributes: { email: "taro@example.com" },
  status: "EXTERNAL_PROVIDER",
  identities: [{ providerName: "Google", userId: "1", dateCreated: 1_600_000_000_000 }],
};

test("seeds people of identity providers, under their own names, beside a native user with the same address", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model, { UsernameAttributes: ["email"] });
  model.seedUsers(UserPoolId, [
    federated,
    {
      attributes: { email: "taro@example.com" },
      status: "CONFIRMED",
      identities: [{ providerName: "Office", providerType: "SAML", issuer: "urn:office", userId: "a" }],
      createdAt: new Date(1_700_000_000_000),
    },
  ]);
  const read = async (Username: string) => {
    const user = (await call(model, "AdminGetUser", { UserPoolId, Username })) as {
      UserStatus: string;
      UserAttributes: { Name: string; Value: string }[];
    };
    const { Value } = user.UserAttributes.find(({ Name }) => Name === "identities") ?? {};
    return [user.UserStatus, Value];
  };
  expect(await read("google_1")).toEqual([
    "EXTERNAL_PROVIDER",
    '[{"userId":"1","providerName":"Google","providerType":"Google","issuer":null,"primary":true,"dateCreated":1600000000000}]',
  ]);
  expect(await read("taro@example.com")).toEqual([
    "CONFIRMED",
    '[{"userId":"a","providerName":"Office","providerType":"SAML","issuer":"urn:office","primary":false,"dateCreated":1700000000000}]',
  ]);
});

test("lets the address of somebody from an identity provider be changed to one that a native user has", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model, { UsernameAttributes: ["email"] });
  model.seedUsers(UserPoolId, [
    federated,
    { attributes: { email: "jiro@example.com" }, status: "CONFIRMED" },
  ]);
  await call(model, "AdminUpdateUserAttributes", {
    UserPoolId,
    Username: "google_1",
    UserAttributes: [{ Name: "email", Value: "jiro@example.com" }],
  });
  const found = await call(model, "AdminGetUser", { UserPoolId, Username: "jiro@example.com" });
  expect(found).toMatchObject({ UserStatus: "CONFIRMED" });
});

test.each<[string, SeedUser[], string]>([
  ["twice", [federated, { ...federated, username: "google_2" }], "seeded user 1: its name is used twice"],
  [
    "that is there",
    [{ attributes: { email: "x@example.com" }, status: "CONFIRMED", ...identityAt("Google", "0") }],
    "seeded user 0: its identity is taken",
  ],
])("refuses an identity %s, and then seeds nobody", async (_, users, message) => {
  const model = openModel();
  const UserPoolId = await createPool(model, { UsernameAttributes: ["email"] });
  const zero = { ...federated, username: "google_0", ...identityAt("Google", "0") };
  model.seedUsers(UserPoolId, [zero]);
  expect(await faultOf(() => model.seedUsers(UserPoolId, users))).toMatchObject({ message });
  expect(model.pools.get(UserPoolId)?.users.size).toBe(1);
});

function identityAt(providerName: string, userId: string): Pick<SeedUser, "identities"> {
  return { identities: [{ providerName, userId }] };
}
