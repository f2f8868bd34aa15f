import { nameOfClientGeneration } from "../../infra/clients/client-generation.ts";
import type { DeployedParts } from "../../infra/deployment/deployed-parts.ts";
import type { DeploymentState } from "../../infra/deployment/deployment-state.ts";
import { fixedPart, groupsPart } from "../../infra/deployment/fixed-part.ts";
import { OUTPUTS_VERSION } from "../../infra/outputs/outputs.ts";
import type { Settings } from "../../infra/settings.ts";
import { signInHost } from "../../infra/sign-in-page/sign-in-host.ts";
import { smsState } from "../../infra/sms/sms-state.ts";
import { nameOfGeneration } from "../../infra/users/generation.ts";

/** What a deployment with these settings writes down, as far as the next one compares it, with the pool in place. */
export function deployedState(settings: Settings): DeploymentState {
  return { parts: deployedParts(settings), isPoolThere: true };
}

function clientPart({ name, kind, generation, alsoAccept }: Settings["clients"][number]) {
  const idOf = (number: number) => `id-of-${nameOfClientGeneration(name, number)}`;
  return {
    kind,
    clientId: idOf(generation),
    ...(generation !== 1 && { generation }),
    ...(alsoAccept.length > 0 && {
      others: Object.fromEntries(alsoAccept.map((number) => [number, idOf(number)])),
    }),
  };
}

function deployedParts(settings: Settings): DeployedParts {
  const { stack, region, disposable, users, clients, signInPage, awsAccess, email, backup, letGo } = settings;
  const { copyTo, keepDays, lock } = backup;
  const groups = groupsPart(users);
  return {
    stack: {
      version: OUTPUTS_VERSION,
      stack,
      account: "123456789012",
      region,
      disposable,
      ...(copyTo !== undefined && { copyRegion: copyTo }),
    },
    users: {
      userPoolId: `${region}_Abcdefghi`,
      userPoolArn: `arn:aws:cognito-idp:${region}:123456789012:userpool/${region}_Abcdefghi`,
      userPoolName: users.poolName ?? nameOfGeneration(`sekisho-${stack}`, users.generation),
      generation: users.generation,
    },
    clients: Object.fromEntries(clients.map((client) => [client.name, clientPart(client)])),
    ...(signInPage && { "sign-in-page": { host: signInHost(signInPage, region) } }),
    ...(awsAccess && {
      "aws-access": {
        identityPoolId: `${region}:1`,
        provider: "provider",
        client: awsAccess.client,
        roles: {},
      },
    }),
    ...(email && {
      email: { domain: email.domain, from: email.from, identityArn: `arn:aws:ses:identity/${email.domain}` },
    }),
    backup: { bucket: "b", workBucket: "w", keyArn: "k", workKeyArn: "k", keepDays, lock },
    fixed: fixedPart(settings, smsState(settings)),
    ...(groups && { groups }),
    ...(letGo && { "let-go": letGo }),
  };
}
