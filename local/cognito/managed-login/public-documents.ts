import type { WebAnswer } from "../../web-exchange.ts";
import { standardScopes } from "../client-rules.ts";
import { issuerOf, publicKeys } from "../sign-in/token-signing.ts";
import type { Pool, World } from "../state.ts";
import { findHost } from "./sign-in-hosts.ts";
import { jsonAnswer } from "./web-pages.ts";

/** GET /<pool id>/.well-known/…: what services need to check a pool's tokens; undefined for anything else. */
export function answerPublicDocument(world: World, path: string): WebAnswer | undefined {
  const [, poolId, name] = /^\/([\w-]+)\/\.well-known\/([a-z.-]+)$/.exec(path) ?? [];
  if (poolId === undefined || name === undefined || !Object.hasOwn(documents, name)) return undefined;
  const pool = world.pools.get(poolId);
  if (pool === undefined) return jsonAnswer(404, { message: `User pool ${poolId} does not exist.` });
  return jsonAnswer(200, documents[name]?.(world, pool), { "cache-control": "public, max-age=86400" });
}

const documents: Readonly<Record<string, (world: World, pool: Pool) => object>> = {
  "jwks.json": (_, pool) => publicKeys(pool),
  "openid-configuration": describeProvider,
};

/** Endpoints of the sign-in pages are there only where the pool has a domain. */
function describeProvider(world: World, pool: Pool): object {
  const issuer = issuerOf(world, pool);
  const host = findHost(world, pool);
  const endpoints = {
    authorization_endpoint: `https://${host}/oauth2/authorize`,
    end_session_endpoint: `https://${host}/logout`,
    revocation_endpoint: `https://${host}/oauth2/revoke`,
    token_endpoint: `https://${host}/oauth2/token`,
    userinfo_endpoint: `https://${host}/oauth2/userInfo`,
  };
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    ...(host === undefined ? {} : endpoints),
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "token"],
    scopes_supported: standardScopes.filter((scope) => !scope.startsWith("aws.")),
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  };
}
