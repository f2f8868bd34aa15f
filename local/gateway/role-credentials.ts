import { AssumeRoleWithWebIdentityCommand, STSClient, STSServiceException } from "@aws-sdk/client-sts";
import { AwsFault } from "../aws-fault.ts";
import { type AssumedRole, invalidPoolConfiguration, type RoleCredentials } from "../services/identities.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Credentials of a role for one identity, made by MiniStack's STS: it checks the role's trust policy against the identity pool
 * and holds the credentials to the role's permissions afterwards.
 */
export async function assumeRoleUpstream(upstream: Upstream, assumed: AssumedRole): Promise<RoleCredentials> {
  const client = new STSClient(upstream.clientSettings(assumed.region));
  try {
    const { Credentials } = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: assumed.roleArn,
        RoleSessionName: "CognitoIdentityCredentials",
        WebIdentityToken: createIdentityToken(assumed),
        DurationSeconds: 3600,
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new AwsFault("InternalErrorException", "STS answered without credentials.", { status: 500 });
    }
    return { AccessKeyId, SecretKey: SecretAccessKey, SessionToken, Expiration: Expiration.getTime() / 1000 };
  } catch (error) {
    // The role is not there, or does not trust this pool.
    if (error instanceof STSServiceException && error.$fault === "client")
      throw invalidPoolConfiguration(error);
    throw error;
  } finally {
    client.destroy();
  }
}

/** What identity pools tell STS about an identity; MiniStack reads the claims and no signature. */
function createIdentityToken({ identityId, identityPoolId }: AssumedRole): string {
  const claims = {
    iss: "https://cognito-identity.amazonaws.com",
    aud: identityPoolId,
    sub: identityId,
    amr: ["authenticated"],
  };
  const parts = [{ alg: "none", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return `${parts.join(".")}.`;
}
