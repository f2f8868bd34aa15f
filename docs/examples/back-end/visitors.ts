import { AlbJwtVerifier, CognitoJwtVerifier } from "aws-jwt-verify";
import { AlbJwksCache } from "aws-jwt-verify/alb-cache";
import { FetchError, JwtBaseError, JwtExpiredError, NonRetryableFetchError } from "aws-jwt-verify/error";
import type { Fetcher } from "aws-jwt-verify/https";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { ReadSignOut } from "./sign-outs.ts";

/** What this back end trusts, and nothing else. */
export interface Trusted {
  region: string;
  userPoolId: string;
  /** The client of the rule; during a swap of clients both. */
  clientIds: string[];
  /** The load balancer before this back end: anybody's has its keys at the same place. */
  loadBalancerArn: string;
  readSignOut: ReadSignOut;
  /** Fetches public keys; by default over https, with a deadline of three seconds. */
  fetcher?: Fetcher;
}

/** Somebody whom the load balancer signed in, as the user info endpoint described them. */
export interface Visitor {
  sub: string;
  claims: Readonly<Record<string, unknown>>;
}

/** Why somebody does not get in: 401, sign in (again); 503, nobody can tell at the moment. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: 401 | 503;

  constructor(status: 401 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Tells who a request comes from, by the load balancer's headers (names in lower case). Throws a Refusal. */
export type CheckVisitor = (headers: Readonly<Record<string, string | undefined>>) => Promise<Visitor>;

/**
 * `x-amzn-oidc-data` proves who somebody is: signed by this load balancer, for this client, a moment ago. It does not say
 * when they signed in, so the access token beside it does, proven by the pool's own keys.
 */
export function createVisitorCheck({
  region,
  userPoolId,
  clientIds,
  loadBalancerArn,
  ...more
}: Trusted): CheckVisitor {
  const { readSignOut, fetcher } = more;
  const own = fetcher && { fetcher };
  const claims = AlbJwtVerifier.create(
    {
      albArn: loadBalancerArn,
      clientId: clientIds,
      issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
      customJwtCheck: ({ header, payload }) => requireExpiry({ ...header }, payload.exp),
    },
    { jwksCache: new AlbJwksCache(own) },
  );
  const accessToken = CognitoJwtVerifier.create(
    { userPoolId, tokenUse: "access", clientId: clientIds },
    { jwksCache: new SimpleJwksCache(own) },
  );
  return async (headers) => {
    const found = await proven(() => claims.verify(headers["x-amzn-oidc-data"] ?? ""));
    const token = await proven(() => accessToken.verify(headers["x-amzn-oidc-accesstoken"] ?? ""));
    const { sub } = found;
    if (sub === undefined || sub !== token.sub) throw new Refusal(401, "The two tokens are not of one user.");
    const notBefore = await readSignOut(sub).catch((cause: unknown) => {
      throw new Refusal(503, "Whether the user was signed out is not known.", { cause });
    });
    if (notBefore !== undefined && token.iat < notBefore) throw new Refusal(401, "The user was signed out.");
    return { sub, claims: found };
  };
}

// AWS's page shows the expiry in the header alone, and the library looks for one in the payload.
function requireExpiry(header: Readonly<Record<string, unknown>>, inPayload: number | undefined): void {
  const seconds = Math.min(Number(header.exp), inPayload ?? Number.POSITIVE_INFINITY);
  // Not a number is no time either.
  if (!(seconds * 1_000 > Date.now()))
    throw new JwtExpiredError("The claims have expired", header.exp as string);
}

async function proven<Payload>(verify: () => Promise<Payload>): Promise<Payload> {
  try {
    return await verify();
  } catch (cause) {
    // Where keys cannot be had, nobody can tell; every other fault is the token's own, a key that does not exist too.
    const isUnknown = cause instanceof FetchError && !(cause instanceof NonRetryableFetchError);
    if (isUnknown || !(cause instanceof JwtBaseError)) {
      throw new Refusal(503, "The keys of the tokens cannot be had.", { cause });
    }
    throw new Refusal(401, "The token proves nothing.", { cause });
  }
}
