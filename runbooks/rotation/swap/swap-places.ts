import { resolve } from "node:path";
import {
  CognitoIdentityProviderClient,
  ListUserPoolClientsCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import type { StackOutputs } from "../../../infra/outputs/outputs.ts";
import { createAwsCaller } from "../../runtime/aws-calls.ts";
import { clientSettings } from "../../runtime/aws-clients.ts";
import { MalformedPageError, readPages } from "../../runtime/pages.ts";
import { readStackOutputs } from "../../runtime/stack-outputs.ts";
import type { RotatedClient } from "../client-secrets.ts";
import type { DescribedListener } from "../client-uses.ts";
import { readListeners } from "../load-balancer-reader.ts";
import { type RotatedStack, type RotationContext, withRotation } from "../rotated-stack.ts";
import { openRotationPlaces } from "../rotation-findings.ts";
import type { SecretVersions } from "../secret-versions.ts";
import { findPulumi, openPulumiCli } from "./pulumi-cli.ts";

/** What a swap reads from AWS, and the labels that it writes. Everything else is written by deployments. */
export interface SwapPlaces {
  readOutputs: () => Promise<StackOutputs>;
  readListeners: () => Promise<readonly DescribedListener[]>;
  /** Names of all clients of the user pool, by their ids. */
  readPoolClients: () => Promise<ReadonlyMap<string, string>>;
  /** How long tokens of the client in use live. */
  readTokenTimes: () => Promise<RotatedClient["tokenSeconds"]>;
  versions: Pick<SecretVersions, "list" | "read" | "addLabel" | "removeLabel" | "readTime">;
}

/** What a swap needs of this machine and of AWS; tests hand in their own. */
export interface SwapTools {
  /** `mayWrite` is asked before each write and throws where none may happen. */
  openPlaces: (stack: RotatedStack, context: RotationContext & { mayWrite: () => void }) => SwapPlaces;
  withRotation: typeof withRotation;
  findPulumi: typeof findPulumi;
  openPulumiCli: typeof openPulumiCli;
  /** The folder of Pulumi.yaml. */
  projectDir: string;
}

export const swapTools: SwapTools = {
  openPlaces: openSwapPlaces,
  withRotation,
  findPulumi,
  openPulumiCli,
  projectDir: resolve(import.meta.dirname, "../../.."),
};

function openSwapPlaces(
  stack: RotatedStack,
  context: RotationContext & { mayWrite: () => void },
): SwapPlaces {
  const { region, stack: name } = stack.outputs.stack;
  const { balancers, secrets, versions } = openRotationPlaces(stack, context);
  const call = createAwsCaller(context.signal);
  const { pause } = context;
  const parameters = new SSMClient(clientSettings({ region }));
  const cognito = new CognitoIdentityProviderClient(clientSettings({ region }));
  return {
    versions,
    readOutputs: () => readStackOutputs(name, { client: parameters, call, pause }),
    readListeners: () => readListeners(balancers),
    readTokenTimes: async () => (await secrets.describe()).tokenSeconds,
    readPoolClients: () => listPoolClients({ client: cognito, call, pause }, stack.identity.userPoolId),
  };
}

interface CognitoSource {
  client: CognitoIdentityProviderClient;
  call: ReturnType<typeof createAwsCaller>;
  pause: (milliseconds: number) => Promise<void>;
}

/** Amazon Cognito user pools API reference, ListUserPoolClients: it tells no secret. */
async function listPoolClients(
  { client, call, pause }: CognitoSource,
  userPoolId: string,
): Promise<Map<string, string>> {
  const what = `ListUserPoolClients on pool ${userPoolId}`;
  const clients = new Map<string, string>();
  const pages = readPages({
    what,
    pause,
    fetchPage: async (token) => {
      const input = { UserPoolId: userPoolId, MaxResults: 60, ...(token && { NextToken: token }) };
      const answer = await call(what, (abortSignal) =>
        client.send(new ListUserPoolClientsCommand(input), { abortSignal }),
      );
      return { items: answer.UserPoolClients, nextToken: answer.NextToken };
    },
    readItem: (item) => {
      const read = listedClient.safeParse(item);
      if (read.success) return read.data;
      throw new MalformedPageError(`${what}: a client came without its id or name.`);
    },
  });
  for await (const page of pages)
    for (const { ClientId, ClientName } of page) clients.set(ClientId, ClientName);
  return clients;
}

const listedClient = z.object({ ClientId: z.string().min(1), ClientName: z.string() });
