import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { createPool, createUser, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const add = "API reference, AddUserPoolClientSecret";
const list = "API reference, ListUserPoolClientSecrets";
const remove = "API reference, DeleteUserPoolClientSecret";

const OWN = "own_secret_with_24_chars";

/** A client with a secret, and its secrets' API. */
async function openClient(target: Target, settings: Json = { GenerateSecret: true }) {
  const UserPoolId = await createPool(target);
  const created = await target.call("CreateUserPoolClient", { UserPoolId, ClientName: "web", ...settings });
  const ClientId = String(member(created, "UserPoolClient", "ClientId"));
  const client = { UserPoolId, ClientId };
  const list = async () =>
    listOf(await target.call("ListUserPoolClientSecrets", client), "ClientSecrets").map((secret) => ({
      id: String(member(secret, "ClientSecretId")),
      createdAt: member(secret, "ClientSecretCreateDate"),
      value: member(secret, "ClientSecretValue"),
    }));
  return {
    ...client,
    original: member(created, "UserPoolClient", "ClientSecret"),
    list,
    ids: async () => (await list()).map(({ id }) => id),
    add: async (ClientSecret?: string) =>
      member(
        await target.call("AddUserPoolClientSecret", { ...client, ...(ClientSecret && { ClientSecret }) }),
        "ClientSecretDescriptor",
      ),
    remove: (ClientSecretId: string) =>
      target.call("DeleteUserPoolClientSecret", { ...client, ClientSecretId }),
    describe: async () =>
      member(await target.call("DescribeUserPoolClient", client), "UserPoolClient", "ClientSecret"),
  };
}

describeConformance("Client secrets", [
  {
    title: "add a generated second one, and say its value this once",
    source: add,
    async run(target) {
      const client = await openClient(target);
      const added = await client.add();
      expect(member(added, "ClientSecretValue")).toMatch(/^[\w+]{24,64}$/);
      expect(member(added, "ClientSecretValue")).not.toBe(client.original);
      expect(member(added, "ClientSecretId")).toMatch(new RegExp(`^${client.ClientId}--\\d{10}$`));
      expect(member(added, "ClientSecretCreateDate")).toBeDefined();
    },
  },
  {
    title: "add one of one's own, and do not repeat its value",
    source: add,
    async run(target) {
      const client = await openClient(target);
      const added = await client.add(OWN);
      expect(member(added, "ClientSecretId")).toMatch(/--\d{10}$/);
      expect(JSON.stringify(added)).not.toContain(OWN);
    },
  },
  ...["own_secret_with_23_char", "x".repeat(65), "own-secret-with-24-chars", "own secret with 24 chars"].map(
    (value) => ({
      title: `refuse ${JSON.stringify(value)} as one of one's own, and do not repeat it`,
      source: add,
      async run(target: Target) {
        const client = await openClient(target);
        await expectRefusal(client.add(value), "InvalidParameterException", /^((?!own|xxx).)*$/);
        expect(await client.list()).toHaveLength(1);
      },
    }),
  ),
  {
    title: "are two at most: a third is refused, and leaves the two",
    source: `${add}; the exception is the only one of its list that fits`,
    async run(target) {
      const client = await openClient(target);
      await client.add();
      const ids = await client.ids();
      await expectRefusal(client.add(OWN), "LimitExceededException");
      expect(await client.ids()).toEqual(ids);
    },
  },
  {
    title: "are listed in one page, each with its date and never with its value",
    source: list,
    async run(target) {
      const client = await openClient(target);
      const added = await client.add(OWN);
      const secrets = await client.list();
      expect(secrets).toHaveLength(2);
      expect(secrets.at(-1)?.id).toBe(member(added, "ClientSecretId"));
      expect(secrets.every(({ createdAt, value }) => createdAt !== undefined && value === undefined)).toBe(
        true,
      );
      expect(Object.keys(await target.call("ListUserPoolClientSecrets", idsOf(client)))).not.toContain(
        "NextToken",
      );
    },
  },
  {
    title: "have ids of their own, also when two are made at once or one follows a deletion",
    source: "API reference, ClientSecretDescriptorType; what AWS does within one second is not said",
    async run(target) {
      const client = await openClient(target);
      const seen = await client.ids();
      for (let turn = 0; turn < 3; turn++) {
        const id = String(member(await client.add(), "ClientSecretId"));
        expect(seen).not.toContain(id);
        seen.push(id);
        await client.remove(id);
      }
    },
  },
  {
    title: "are deleted by id, the original as well as the later one",
    source: remove,
    async run(target) {
      const client = await openClient(target);
      const [original = ""] = await client.ids();
      const later = String(member(await client.add(), "ClientSecretId"));
      expect(await client.remove(original)).toEqual({});
      expect(await client.ids()).toEqual([later]);
      const third = String(member(await client.add(), "ClientSecretId"));
      await client.remove(later);
      expect(await client.ids()).toEqual([third]);
    },
  },
  {
    title: "are never all deleted: the last one stays",
    source: remove,
    async run(target) {
      const client = await openClient(target);
      const [only = ""] = await client.ids();
      await expectRefusal(client.remove(only), "InvalidParameterException");
      expect(await client.ids()).toEqual([only]);
    },
  },
  {
    title: "are not found under an id that is none of theirs, nor of a client or pool that is not there",
    source: `${remove}, Errors`,
    async run(target) {
      const client = await openClient(target);
      await client.add();
      const other = await openClient(target);
      const code = "ResourceNotFoundException";
      await expectRefusal(client.remove(`${client.ClientId}--1`), code);
      await expectRefusal(client.remove((await other.ids())[0] ?? ""), code);
      for (const [operation, more] of [
        ["AddUserPoolClientSecret", {}],
        ["ListUserPoolClientSecrets", {}],
        ["DeleteUserPoolClientSecret", { ClientSecretId: "x" }],
      ] as const) {
        const { UserPoolId, ClientId } = client;
        await expectRefusal(target.call(operation, { UserPoolId, ClientId: "none", ...more }), code);
        const elsewhere = { UserPoolId: other.UserPoolId, ClientId, ...more };
        await expectRefusal(target.call(operation, elsewhere), code);
        const lost = { UserPoolId: `${UserPoolId.split("_")[0]}_000000000`, ClientId, ...more };
        await expectRefusal(target.call(operation, lost), code);
      }
      expect(await client.list()).toHaveLength(2);
    },
  },
  {
    title: "cannot be added to a client that was made without one, which lists none",
    source: `${add}: "an existing confidential user pool app client"; what the list says is not documented`,
    async run(target) {
      const open = await openClient(target, {});
      await expectRefusal(open.add(OWN), "InvalidParameterException");
      expect(await open.list()).toEqual([]);
    },
  },
  {
    title: "the original is the one that DescribeUserPoolClient shows, before and after an update",
    source:
      "API reference, UserPoolClientType and ListUserPoolClientSecrets; reported in floci, pull request 345",
    async run(target) {
      const client = await openClient(target);
      await client.add(OWN);
      expect(await client.describe()).toBe(client.original);
      const updated = await target.call("UpdateUserPoolClient", idsOf(client));
      expect(member(updated, "UserPoolClient", "ClientSecret")).toBe(client.original);
    },
  },
  {
    title: "none is shown any more once the original is deleted",
    source:
      "API reference, ListUserPoolClientSecrets: no answer reveals a value; reported in floci, pull request 345",
    async run(target) {
      const client = await openClient(target);
      const [original = ""] = await client.ids();
      await client.add();
      await client.remove(original);
      expect(await client.describe()).toBeUndefined();
      const updated = await target.call("UpdateUserPoolClient", idsOf(client));
      expect(member(updated, "UserPoolClient")).not.toHaveProperty("ClientSecret");
    },
  },
  {
    title: "each live one is good for SECRET_HASH, and a deleted one no longer",
    source:
      "Developer Guide, Application-specific settings with app clients and Computing secret hash values",
    async run(target) {
      const client = await openClient(target, {
        GenerateSecret: true,
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
      });
      const { UserPoolId, ClientId } = client;
      await createUser(target, UserPoolId, "taro");
      const Password = "Correct-horse-7";
      await target.call("AdminSetUserPassword", { UserPoolId, Username: "taro", Password, Permanent: true });
      const signIn = (secret: unknown) =>
        target.call("InitiateAuth", {
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: {
            USERNAME: "taro",
            PASSWORD: Password,
            SECRET_HASH: createHmac("sha256", String(secret)).update(`taro${ClientId}`).digest("base64"),
          },
        });
      const [original = ""] = await client.ids();
      await client.add(OWN);
      expect(await signIn(client.original)).toHaveProperty("AuthenticationResult");
      expect(await signIn(OWN)).toHaveProperty("AuthenticationResult");
      await client.remove(original);
      await expectRefusal(signIn(client.original), "NotAuthorizedException", /secret ?hash/i);
      expect(await signIn(OWN)).toHaveProperty("AuthenticationResult");
    },
  },
]);

function idsOf({ UserPoolId, ClientId }: { UserPoolId: string; ClientId: string }): Json {
  return { UserPoolId, ClientId };
}
