import * as pulumi from "@pulumi/pulumi";
import { roleClaims } from "../aws-access/role-rules.ts";
import { usesSignInPage } from "../clients/app-client-inputs.ts";
import type { ClientSettings, Settings } from "../settings.ts";
import { SIGN_IN_FILE_VERSION, type StackOutputs } from "./outputs.ts";
import type { StackComponents } from "./pending-outputs.ts";

type SignInFile = NonNullable<StackOutputs["sign-in-file"]>;

/** What AWS chose for the stack, as the file names it. */
export interface SignInIds {
  userPoolId: string;
  clientId: string;
  /** Host of the sign-in pages; absent without any. */
  host?: string | undefined;
  /** The identity pool, with the ARNs of its roles by their names in the settings; absent without any. */
  identities?: { identityPoolId: string; roles: Record<string, string> } | undefined;
}

/**
 * The client by which people sign in at the command line: the one that AWS roles are given to, else the only one of kind
 * `cli`. None where roles go to a client with a secret, which nobody may hand out, and where several would do.
 */
export function signInClient({
  clients,
  awsAccess,
}: Pick<Settings, "clients" | "awsAccess">): ClientSettings | undefined {
  const candidates = clients.filter(({ kind }) => kind === "cli");
  if (awsAccess) return candidates.find(({ name }) => name === awsAccess.client);
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** The file for a client that `signInClient` chose. */
export function composeSignInFile(
  { stack, region, users, awsAccess }: Pick<Settings, "stack" | "region" | "users" | "awsAccess">,
  client: ClientSettings,
  { userPoolId, clientId, host, identities }: SignInIds,
): SignInFile {
  const [callbackUrl] = client.callbackUrls;
  const claims = roleClaims(awsAccess?.rules ?? []);
  return {
    version: SIGN_IN_FILE_VERSION,
    stack,
    region,
    userPoolId,
    clientId,
    flows: client.flows,
    selfSignUp: users.selfSignUp,
    requiredAttributes: users.attributes.filter(({ required }) => required).map(({ name }) => name),
    writableAttributes: client.writes.filter((attribute) => !claims.includes(attribute)),
    authSessionMinutes: client.validity.authSessionMinutes,
    refreshTokenMinutes: client.validity.refreshMinutes,
    ...(host !== undefined && callbackUrl !== undefined && { browser: { host, callbackUrl } }),
    ...(awsAccess &&
      identities && {
        awsAccess: {
          ...identities,
          rules: awsAccess.rules.map(({ claim, match, value, role }) => ({ claim, match, value, role })),
        },
      }),
  };
}

/** The file while AWS still chooses the ids in it; absent where nobody signs in at the command line. */
export function pendingSignInFile(
  settings: Settings,
  { users, clients, signIn, access }: Pick<StackComponents, "users" | "clients" | "signIn" | "access">,
): pulumi.Output<SignInFile> | undefined {
  const client = signInClient(settings);
  const made = client && clients.byName[client.name];
  if (!client || !made) return undefined;
  const host = usesSignInPage(client) ? signIn?.host : undefined;
  const identities = access && { identityPoolId: access.identityPoolId, roles: { ...access.roleArns } };
  return pulumi
    .output({ userPoolId: users.userPoolId, clientId: made.clientId, host, identities })
    .apply((ids) => composeSignInFile(settings, client, ids));
}
