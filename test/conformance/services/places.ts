import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { startGateway } from "../../../local/gateway.ts";
import { call, openModel } from "../../local/cognito/strict-model.ts";

/** Somewhere the services answer: the gateway, an emulator, or AWS itself. */
export interface Place {
  readonly loadBalancers: ElasticLoadBalancingV2Client;
  readonly sns: SNSClient;
  readonly email: SESv2Client;
  readonly identity: CognitoIdentityClient;
  readonly subnets: readonly string[];
  readonly certificateArn: string;
  /** What only the gateway can do. */
  readonly control?: {
    post(route: string, input: object): Promise<void>;
    /** A user pool with two clients, one of which has a secret. */
    createUserPool(): Promise<{ arn: string; withSecret: string; withoutSecret: string }>;
    /** Gives a client a second secret and deletes the one it was made with. */
    replaceSecret(userPoolArn: string, ClientId: string): Promise<void>;
  };
  close(): Promise<void>;
}

export interface NamedPlace {
  name: string;
  open(): Promise<Place>;
  canControl: boolean;
}

/**
 * The gateway, and whatever SEKISHO_CONFORMANCE_ENDPOINT names: a URL, or "aws" for the account of the environment's credentials.
 * SEKISHO_CONFORMANCE_NAME ("ministack") picks the list of known differences. Load balancers on AWS need
 * SEKISHO_CONFORMANCE_SUBNETS (two, separated by a comma) and SEKISHO_CONFORMANCE_CERTIFICATE.
 */
export function places(env: Readonly<Record<string, string | undefined>> = process.env): NamedPlace[] {
  const gateway: NamedPlace = { name: "gateway", open: openGateway, canControl: true };
  const endpoint = env.SEKISHO_CONFORMANCE_ENDPOINT;
  if (endpoint === undefined) return [gateway];
  const place = {
    subnets: env.SEKISHO_CONFORMANCE_SUBNETS?.split(",") ?? SUBNETS,
    certificateArn: env.SEKISHO_CONFORMANCE_CERTIFICATE ?? CERTIFICATE,
  };
  const open = async () => openClients(endpoint === "aws" ? {} : { endpoint }, place);
  return [gateway, { name: env.SEKISHO_CONFORMANCE_NAME ?? endpoint, open, canControl: false }];
}

const SUBNETS = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"];
const CERTIFICATE =
  "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-4333-8444-555555555555";

async function openGateway(): Promise<Place> {
  const model = openModel();
  const gateway = await startGateway({
    cognito: {
      handle: (operation, input, caller) => model.handle(operation, input, caller),
      // A token is the JSON of its claims here: what the rules make of them is the question, not who signed them.
      readIdToken: async (token) => JSON.parse(token) as Record<string, unknown>,
    },
  });
  const clients = openClients(
    {
      endpoint: gateway.url,
      region: "ap-northeast-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    { subnets: SUBNETS, certificateArn: CERTIFICATE },
  );
  return {
    ...clients,
    control: {
      post: async (route, input) => {
        const answer = await fetch(new URL(`/_sekisho/${route}`, gateway.url), {
          method: "POST",
          body: JSON.stringify(input),
        });
        if (!answer.ok) throw new Error(await answer.text());
      },
      createUserPool: async () => {
        const pool = (await call(model, "CreateUserPool", { PoolName: "p" })) as {
          UserPool: { Id: string; Arn: string };
        };
        const create = async (GenerateSecret: boolean) => {
          const input = { UserPoolId: pool.UserPool.Id, ClientName: "web", GenerateSecret };
          const created = (await call(model, "CreateUserPoolClient", input)) as {
            UserPoolClient: { ClientId: string };
          };
          return created.UserPoolClient.ClientId;
        };
        return { arn: pool.UserPool.Arn, withSecret: await create(true), withoutSecret: await create(false) };
      },
      replaceSecret: async (userPoolArn, ClientId) => {
        const client = { UserPoolId: userPoolArn.split("/")[1], ClientId };
        const listed = (await call(model, "ListUserPoolClientSecrets", client)) as {
          ClientSecrets: { ClientSecretId: string }[];
        };
        await call(model, "AddUserPoolClientSecret", client);
        const ClientSecretId = listed.ClientSecrets[0]?.ClientSecretId;
        await call(model, "DeleteUserPoolClientSecret", { ...client, ClientSecretId });
      },
    },
    close: async () => {
      await clients.close();
      await gateway.close();
    },
  };
}

function openClients(
  settings: {
    endpoint?: string;
    region?: string;
    credentials?: { accessKeyId: string; secretAccessKey: string };
  },
  place: Pick<Place, "subnets" | "certificateArn">,
): Place {
  const once = { ...settings, maxAttempts: 1 };
  const clients = {
    loadBalancers: new ElasticLoadBalancingV2Client(once),
    sns: new SNSClient(once),
    email: new SESv2Client(once),
    identity: new CognitoIdentityClient(once),
  };
  return {
    ...place,
    ...clients,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
