import { expect } from "vitest";
import { createPool, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const api = "API reference, CreateUserPoolClient";
const accepts = { ministack: "accepts it" };

const createClient = async (target: Target, UserPoolId: string, settings: Json = {}) =>
  (await target.call("CreateUserPoolClient", { UserPoolId, ClientName: "web", ...settings })).UserPoolClient;

const codeFlow = {
  GenerateSecret: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid"],
  CallbackURLs: ["https://app.example.com/oauth2/idpresponse"],
};

const refusesClient =
  (settings: Json, message?: string, code = "InvalidParameterException", pool: Json = {}) =>
  async (target: Target) => {
    const UserPoolId = await createPool(target, pool);
    await expectRefusal(createClient(target, UserPoolId, settings), code, message);
  };

describeConformance("App clients", [
  {
    title: "gives an id of 26 characters and a secret only when asked",
    source: api,
    differs: { ministack: "draws capitals too" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const open = await createClient(target, UserPoolId);
      expect(member(open, "ClientId")).toMatch(/^[a-z0-9]{26}$/);
      expect(member(open, "ClientSecret")).toBeUndefined();
      expect(member(await createClient(target, UserPoolId, codeFlow), "ClientSecret")).toMatch(
        /^[a-z0-9]{48,60}$/,
      );
    },
  },
  {
    title: "takes a secret of one's own, and not together with a generated one",
    source: api,
    differs: { ministack: "ignores it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const ClientSecret = "own_secret_with_24_chars";
      expect(member(await createClient(target, UserPoolId, { ClientSecret }), "ClientSecret")).toBe(
        ClientSecret,
      );
      await expectRefusal(
        createClient(target, UserPoolId, { ClientSecret, GenerateSecret: true }),
        "InvalidParameterException",
      );
    },
  },
  {
    title: "puts back to default what an update leaves out, and keeps the secret",
    source: "API reference, UpdateUserPoolClient",
    differs: { ministack: "keeps everything" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const client = await createClient(target, UserPoolId, {
        ...codeFlow,
        AuthSessionValidity: 15,
        ReadAttributes: ["email"],
      });
      const ClientId = member(client, "ClientId");
      await target.call("UpdateUserPoolClient", { UserPoolId, ClientId });
      const after = (await target.call("DescribeUserPoolClient", { UserPoolId, ClientId })).UserPoolClient;
      expect(after).toMatchObject({
        ClientName: "web",
        ClientSecret: member(client, "ClientSecret"),
        AuthSessionValidity: 3,
        RefreshTokenValidity: 30,
        EnableTokenRevocation: true,
        AllowedOAuthFlowsUserPoolClient: false,
      });
      for (const name of ["ReadAttributes", "CallbackURLs", "AllowedOAuthFlows"])
        expect(member(after, name)).toBeUndefined();
    },
  },
  {
    title: "refuses a callback over HTTP, but for the machine itself",
    source: `${api}, CallbackURLs; sentence seen on AWS`,
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      const create = (url: string) => createClient(target, UserPoolId, { ...codeFlow, CallbackURLs: [url] });
      for (const url of [
        "http://localhost:3000/x",
        "http://127.0.0.1/x",
        "http://[::1]/x",
        "myapp://example",
      ])
        await create(url);
      const code = "InvalidParameterException";
      await expectRefusal(
        create("http://app.example.com/x"),
        code,
        "http://app.example.com/x cannot use the HTTP protocol.",
      );
      await expectRefusal(create("https://app.example.com/x#part"), code);
      await expectRefusal(create("app.example.com"), code);
    },
  },
  {
    title: "refuses the code flow without a callback",
    source: "seen on AWS",
    differs: accepts,
    run: refusesClient(
      { ...codeFlow, CallbackURLs: [] },
      "CallbackUrls can not be empty when code flow or implicit flow is selected",
      "InvalidOAuthFlowException",
    ),
  },
  {
    title: "refuses client credentials without a secret, beside other flows, or with the users' scopes",
    source: `${api}, AllowedOAuthFlows`,
    differs: accepts,
    async run(target) {
      const UserPoolId = await createPool(target);
      await target.call("CreateResourceServer", {
        UserPoolId,
        Identifier: "api",
        Name: "API",
        Scopes: [{ ScopeName: "read", ScopeDescription: "reads" }],
      });
      const machine = {
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes: ["api/read"],
      };
      await createClient(target, UserPoolId, machine);
      const create = (settings: Json) => createClient(target, UserPoolId, { ...machine, ...settings });
      const code = "InvalidOAuthFlowException";
      await expectRefusal(create({ GenerateSecret: false }), code);
      await expectRefusal(
        create({ AllowedOAuthFlows: ["client_credentials", "code"], CallbackURLs: codeFlow.CallbackURLs }),
        code,
      );
      await expectRefusal(create({ AllowedOAuthScopes: ["openid"] }), code);
    },
  },
  {
    title: "refuses a scope that no resource server has",
    source: "sentence seen on AWS",
    differs: accepts,
    run: refusesClient(
      { ...codeFlow, AllowedOAuthScopes: ["openid", "api/write"] },
      "Invalid scope requested: api/write",
      "ScopeDoesNotExistException",
    ),
  },
  {
    title: "refuses to let an application read an attribute the pool does not have",
    source: "sentence seen on AWS",
    differs: accepts,
    run: refusesClient(
      { ReadAttributes: ["custom:unknown"] },
      "Invalid read attributes specified while creating a client",
    ),
  },
  {
    title: "refuses a list of writable attributes that lacks a required one",
    source: "seen on AWS",
    differs: accepts,
    run: refusesClient(
      { WriteAttributes: ["name"] },
      "Invalid write attributes specified while creating a client",
      undefined,
      { Schema: [{ Name: "email", Required: true, Mutable: true }] },
    ),
  },
  ...["sub", "email_verified"].map((name) => ({
    title: `refuses to let an application write ${name}`,
    source: "seen on AWS",
    differs: accepts,
    run: refusesClient(
      { WriteAttributes: [name] },
      "Invalid write attributes specified while creating a client",
    ),
  })),
  ...[
    { AccessTokenValidity: 4, TokenValidityUnits: { AccessToken: "minutes" } },
    { IdTokenValidity: 25 },
    { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: "minutes" } },
    { RefreshTokenValidity: 3651 },
  ].map((settings) => ({
    title: `refuses a token life out of range: ${JSON.stringify(settings)}`,
    source: "Developer Guide, Application-specific settings with app clients; sentence seen on AWS",
    differs: accepts,
    run: refusesClient(settings, "Invalid range for token validity."),
  })),
  {
    title: "refuses more than 15 minutes to answer a challenge",
    source: `${api}, AuthSessionValidity`,
    differs: accepts,
    run: refusesClient(
      { AuthSessionValidity: 16 },
      "1 validation error detected: Value '16' at 'authSessionValidity' failed to satisfy constraint: Member must have value less than or equal to 15",
    ),
  },
  {
    title: "refuses a provider that the pool does not have",
    source: "seen on AWS",
    differs: accepts,
    run: refusesClient({ SupportedIdentityProviders: ["COGNITO", "Corporate"] }),
  },
  {
    title: "lists clients without their secrets, deletes them, and then knows them no more",
    source: "API reference, ListUserPoolClients",
    differs: { ministack: "words the last refusal differently" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const first = member(await createClient(target, UserPoolId, codeFlow), "ClientId");
      await createClient(target, UserPoolId, { ClientName: "cli" });
      const page = await target.call("ListUserPoolClients", { UserPoolId, MaxResults: 60 });
      expect(listOf(page, "UserPoolClients").map((client) => member(client, "ClientName"))).toEqual([
        "web",
        "cli",
      ]);
      expect(JSON.stringify(page)).not.toContain("ClientSecret");
      await target.call("DeleteUserPoolClient", { UserPoolId, ClientId: first });
      await expectRefusal(
        target.call("DescribeUserPoolClient", { UserPoolId, ClientId: first }),
        "ResourceNotFoundException",
        `User pool client ${first} does not exist.`,
      );
    },
  },
]);
