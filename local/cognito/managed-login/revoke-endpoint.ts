import type { WebAnswer } from "../../web-exchange.ts";
import { revokeRefreshToken } from "../sign-in/tokens.ts";
import { authenticateClient } from "./client-authentication.ts";
import type { PageRequest } from "./page-request.ts";
import { oauthRefusal } from "./web-pages.ts";

/** POST /oauth2/revoke: ends a refresh token with what was issued from it (Developer Guide, "The token revocation endpoint"). */
export function answerRevoke(request: PageRequest): WebAnswer {
  const client = authenticateClient(request);
  if (client === undefined) throw oauthRefusal("invalid_client", 401);
  const token = request.form.get("token");
  if (!token || !client.settings.EnableTokenRevocation) throw oauthRefusal("invalid_request");
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw oauthRefusal("unsupported_token_type");
  revokeRefreshToken(request.world, client, token);
  return { status: 200, headers: { "cache-control": "no-store" }, body: "" };
}
