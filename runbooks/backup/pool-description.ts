import {
  type CognitoIdentityClient,
  DescribeIdentityPoolCommand,
  GetIdentityPoolRolesCommand,
} from "@aws-sdk/client-cognito-identity";
import {
  type CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  ListIdentityProvidersCommand,
  ListResourceServersCommand,
  ListUserPoolClientsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { IntegrityError } from "../runtime/errors.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";
import { type PoolDocument, poolDocument } from "./format.ts";
import { withoutSecrets } from "./secrets.ts";

export interface PoolDescriptionSource {
  client: CognitoIdentityProviderClient;
  userPoolId: string;
  /** Present when the stack has an identity pool. */
  identity?: { client: CognitoIdentityClient; identityPoolId: string };
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/** Everything that AWS tells about the pool besides its users: what `pool.json.gz` holds, without secret values. */
export async function describePool(source: PoolDescriptionSource): Promise<PoolDocument> {
  const { client, userPoolId, call } = source;
  const pool = { UserPoolId: userPoolId };
  const { UserPool } = await call(`DescribeUserPool on ${userPoolId}`, (abortSignal) =>
    client.send(new DescribeUserPoolCommand(pool), { abortSignal }),
  );
  const { $metadata: _, ...mfaConfig } = await call(`GetUserPoolMfaConfig on ${userPoolId}`, (abortSignal) =>
    client.send(new GetUserPoolMfaConfigCommand(pool), { abortSignal }),
  );
  const document = {
    userPool: UserPool,
    mfaConfig,
    // Their names only: DescribeUserPoolDomain takes a right on every domain of the account (Service Authorization
    // Reference, Amazon Cognito user pools: the action has no resource), and what it tells is in the stack file.
    domains: [UserPool?.Domain, UserPool?.CustomDomain].flatMap((Domain) => (Domain ? [{ Domain }] : [])),
    clients: await describeClients(source),
    identityProviders: await describeProviders(source),
    resourceServers: await listResourceServers(source),
    ...(source.identity && { identityPool: await describeIdentityPool(source.identity, call) }),
  };
  const read = poolDocument.safeParse(withoutSecrets(document));
  if (read.success) return read.data;
  throw new IntegrityError(
    `${userPoolId}: its description lacks "${read.error.issues[0]?.path.join(".")}".`,
    {
      remedy: "Run it again.",
    },
  );
}

async function describeClients({ client, userPoolId, call, pause }: PoolDescriptionSource) {
  const descriptions: object[] = [];
  const what = `ListUserPoolClients on ${userPoolId}`;
  const pages = readPages({
    what,
    pause,
    isEndDoubtful: always,
    readItem: (item) => readName(what, item, "ClientId"),
    fetchPage: async (token) => {
      const input = { UserPoolId: userPoolId, MaxResults: 60, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListUserPoolClientsCommand(input), { abortSignal }),
      );
      return { items: answer.UserPoolClients, nextToken: answer.NextToken };
    },
  });
  for (const ClientId of await readOnce(pages)) {
    const answer = await call(`DescribeUserPoolClient on ${ClientId}`, (abortSignal) =>
      client.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId }), { abortSignal }),
    );
    descriptions.push({ ...answer.UserPoolClient });
  }
  return descriptions;
}

async function describeProviders(source: PoolDescriptionSource) {
  const { client, userPoolId, call } = source;
  const descriptions: object[] = [];
  for (const ProviderName of await listProviders(source)) {
    const input = { UserPoolId: userPoolId, ProviderName };
    const answer = await call(`DescribeIdentityProvider on ${ProviderName}`, (abortSignal) =>
      client.send(new DescribeIdentityProviderCommand(input), { abortSignal }),
    );
    descriptions.push({ ...answer.IdentityProvider });
  }
  return descriptions;
}

/** The names of a pool's identity providers, read until two readings of the list's end agree. */
export async function listProviders({
  client,
  userPoolId,
  call,
  pause,
}: Omit<PoolDescriptionSource, "identity">): Promise<Set<string>> {
  const what = `ListIdentityProviders on ${userPoolId}`;
  const pages = readPages({
    what,
    pause,
    isEndDoubtful: always,
    readItem: (item) => readName(what, item, "ProviderName"),
    fetchPage: async (token) => {
      const input = { UserPoolId: userPoolId, MaxResults: 60, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListIdentityProvidersCommand(input), { abortSignal }),
      );
      return { items: answer.Providers, nextToken: answer.NextToken };
    },
  });
  return readOnce(pages);
}

async function listResourceServers({ client, userPoolId, call, pause }: PoolDescriptionSource) {
  const servers = new Map<string, object>();
  const what = `ListResourceServers on ${userPoolId}`;
  const pages = readPages({
    what,
    pause,
    isEndDoubtful: always,
    readItem: (item) => ({ identifier: readName(what, item, "Identifier"), server: { ...Object(item) } }),
    fetchPage: async (token) => {
      const input = { UserPoolId: userPoolId, MaxResults: 50, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListResourceServersCommand(input), { abortSignal }),
      );
      return { items: answer.ResourceServers, nextToken: answer.NextToken };
    },
  });
  for await (const page of pages) for (const { identifier, server } of page) servers.set(identifier, server);
  return [...servers.values()];
}

async function describeIdentityPool(
  { client, identityPoolId }: NonNullable<PoolDescriptionSource["identity"]>,
  call: AwsCaller,
) {
  const input = { IdentityPoolId: identityPoolId };
  const { $metadata: _, ...pool } = await call(`DescribeIdentityPool on ${identityPoolId}`, (abortSignal) =>
    client.send(new DescribeIdentityPoolCommand(input), { abortSignal }),
  );
  const { Roles, RoleMappings } = await call(`GetIdentityPoolRoles on ${identityPoolId}`, (abortSignal) =>
    client.send(new GetIdentityPoolRolesCommand(input), { abortSignal }),
  );
  return { ...pool, Roles, RoleMappings };
}

const always = () => true;

/** Every name of a list once: its end is read twice. */
async function readOnce(pages: AsyncIterable<string[]>): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const page of pages) for (const name of page) names.add(name);
  return names;
}

function readName(what: string, item: unknown, key: string): string {
  const read = z.record(z.string(), z.unknown()).safeParse(item).data?.[key];
  if (typeof read === "string" && read !== "") return read;
  throw new MalformedPageError(`${what}: an entry came without ${key}.`);
}
