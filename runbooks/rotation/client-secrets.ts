import {
  AddUserPoolClientSecretCommand,
  type CognitoIdentityProviderClient,
  DeleteUserPoolClientSecretCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientSecretsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { AwsRefusalError, foreignAnswer, isAnswerLost, isLimitReached } from "../runtime/aws-errors.ts";
import { RemoteError, RunbookError } from "../runtime/errors.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";

/** What a rotation has to know of an app client. Nothing in it is secret. */
export interface RotatedClient {
  /** The name that Cognito has for it. */
  name: string;
  oauthFlows: readonly string[];
  /** AWS's defaults where the client says nothing. */
  authFlows: readonly string[];
  callbackUrls: readonly string[];
  /** How long tokens live after they were issued, in seconds. */
  tokenSeconds: { access: number; id: number };
}

/** The secrets of one app client, in Cognito. */
export interface ClientSecrets {
  describe: () => Promise<RotatedClient>;
  /** Ids, oldest first; Cognito never shows a value. */
  list: () => Promise<string[]>;
  /**
   * Adds a secret of this value, and sends it once: a request that was repeated after its answer was lost would be one
   * secret too many. Whether it was added is told by the list where no good answer came. Ends when the list shows it;
   * throws RemoteError where it does not within a minute.
   */
  add: (secret: string) => Promise<void>;
  /**
   * Deletes the secret with this id; one that is gone already is deleted. Ends when the list shows it no more; throws
   * RemoteError where it does after a minute.
   */
  remove: (secretId: string) => Promise<void>;
}

export interface ClientSecretsSource {
  client: CognitoIdentityProviderClient;
  /** The same with a single attempt for each call. */
  clientOnce: CognitoIdentityProviderClient;
  userPoolId: string;
  clientId: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
  /** Throws when nothing may be written any more. */
  mayWrite: () => void;
}

/** Amazon Cognito user pools API reference: DescribeUserPoolClient, and Add, List and DeleteUserPoolClientSecret. */
export function openClientSecrets(source: ClientSecretsSource): ClientSecrets {
  const { client, clientOnce, userPoolId, clientId, call, mayWrite } = source;
  const which = { UserPoolId: userPoolId, ClientId: clientId };
  const on = `on client ${clientId}`;
  const list = () => listSecrets(source);
  const isListed = async (isSo: (ids: string[]) => boolean): Promise<boolean> => {
    for (const seconds of LIST_WAITS) {
      if (isSo(await list())) return true;
      await source.pause(seconds * 1_000);
    }
    return isSo(await list());
  };
  return {
    describe: async () => {
      const what = `DescribeUserPoolClient ${on}`;
      const answer = await call(what, (abortSignal) =>
        client.send(new DescribeUserPoolClientCommand(which), { abortSignal }),
      );
      const read = describedClient.safeParse(answer.UserPoolClient);
      if (!read.success) throw foreignAnswer(what);
      return readClient(read.data);
    },
    list,
    add: async (secret) => {
      const before = await list();
      const isMore = (ids: string[]) => ids.length > before.length;
      mayWrite();
      try {
        await call(
          `AddUserPoolClientSecret ${on}`,
          (abortSignal) =>
            clientOnce.send(new AddUserPoolClientSecretCommand({ ...which, ClientSecret: secret }), {
              abortSignal,
            }),
          [secret],
        );
      } catch (error) {
        // Two secrets are the most; an earlier request of ours may have added the second.
        const isOpen = isAnswerLost(error) || isLimitReached(error);
        if (!isOpen || !(await isListed(isMore))) throw error;
        return;
      }
      if (await isListed(isMore)) return;
      throw new RemoteError(`Client ${clientId} got a secret that its list does not show after a minute.`, {
        remedy: "The old one is good and in use; run it again.",
      });
    },
    remove: async (secretId) => {
      const isGone = (ids: string[]) => !ids.includes(secretId);
      mayWrite();
      try {
        await call(`DeleteUserPoolClientSecret ${on}`, (abortSignal) =>
          client.send(new DeleteUserPoolClientSecretCommand({ ...which, ClientSecretId: secretId }), {
            abortSignal,
          }),
        );
      } catch (error) {
        // An earlier request of ours whose answer was lost may have deleted it.
        if (!(error instanceof RunbookError)) throw error;
        if (isAnswerLost(error) ? await isListed(isGone) : isGone(await list())) return;
        throw error;
      }
      if (await isListed(isGone)) return;
      throw new RemoteError(
        `The secret ${secretId} was deleted, and the client's list shows it after a minute.`,
        {
          remedy: "Run it again in a minute: the labels of the rotation are left.",
        },
      );
    },
  };
}

/** Seconds between two looks at a list that may lag: a minute in all. */
const LIST_WAITS = [1, 2, 4, 8, 15, 30];

async function listSecrets({
  client,
  userPoolId,
  clientId,
  call,
  pause,
}: ClientSecretsSource): Promise<string[]> {
  const what = `ListUserPoolClientSecrets on client ${clientId}`;
  const pages = readPages({
    what,
    pause,
    fetchPage: async (token) => {
      const input = { UserPoolId: userPoolId, ClientId: clientId, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListUserPoolClientSecretsCommand(input), { abortSignal }),
      );
      return { items: answer.ClientSecrets, nextToken: answer.NextToken };
    },
    readItem: (item) => {
      const read = listedSecret.safeParse(item);
      if (read.success) return read.data;
      throw new MalformedPageError(`${what}: a secret came without its id.`);
    },
  });
  const found = new Map<string, number>();
  try {
    for await (const page of pages) {
      for (const secret of page) found.set(secret.ClientSecretId, secret.ClientSecretCreateDate.getTime());
    }
  } catch (error) {
    // A client that has never had a secret.
    if (error instanceof AwsRefusalError && error.awsName === "InvalidParameterException") return [];
    throw error;
  }
  return [...found].sort(([, one], [, other]) => one - other).map(([id]) => id);
}

const listedSecret = z.object({ ClientSecretId: z.string().min(1), ClientSecretCreateDate: z.date() });

const unit = z.enum(["seconds", "minutes", "hours", "days"]).optional();

const describedClient = z.object({
  ClientName: z.string(),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  AllowedOAuthFlows: z.array(z.string()).default([]),
  ExplicitAuthFlows: z.array(z.string()).default([]),
  CallbackURLs: z.array(z.string()).default([]),
  AccessTokenValidity: z.number().optional(),
  IdTokenValidity: z.number().optional(),
  TokenValidityUnits: z.object({ AccessToken: unit, IdToken: unit }).optional(),
});

function readClient(client: z.output<typeof describedClient>): RotatedClient {
  const { TokenValidityUnits: units } = client;
  return {
    name: client.ClientName,
    oauthFlows: client.AllowedOAuthFlowsUserPoolClient ? client.AllowedOAuthFlows : [],
    authFlows: client.ExplicitAuthFlows.length === 0 ? DEFAULT_FLOWS : client.ExplicitAuthFlows,
    callbackUrls: client.CallbackURLs,
    tokenSeconds: {
      access: toSeconds(client.AccessTokenValidity, units?.AccessToken),
      id: toSeconds(client.IdTokenValidity, units?.IdToken),
    },
  };
}

/** What a client may do that names no flow (CreateUserPoolClient, ExplicitAuthFlows). */
const DEFAULT_FLOWS = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

/** Access and ID tokens live an hour unless said otherwise, and hours are the usual unit (CreateUserPoolClient). */
function toSeconds(value: number | undefined, of: z.output<typeof unit>): number {
  if (!value) return 3_600;
  return value * { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 }[of ?? "hours"];
}
