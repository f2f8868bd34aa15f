import { AwsFault } from "../../aws-fault.ts";
import type { WebAnswer } from "../../web-exchange.ts";
import { readableAttributes, requireAccessToken, type TokenHolder } from "../sign-in/tokens.ts";
import type { World } from "../state.ts";
import type { PageRequest } from "./page-request.ts";
import { jsonAnswer, WebRefusal } from "./web-pages.ts";

/** GET /oauth2/userInfo: what the scopes of an access token show of its user, every value as a text (Developer Guide, "userInfo endpoint"). */
export async function answerUserInfo({ world, pool, headers }: PageRequest): Promise<WebAnswer> {
  const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) {
    throw refusal(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
  }
  const holder = await requireHolder(world, token);
  if (holder.pool !== pool) throw invalidToken();
  const { client, user, grant } = holder;
  return jsonAnswer(200, {
    sub: user.sub,
    ...Object.fromEntries(readableAttributes(client, grant)),
    username: user.username,
  });
}

async function requireHolder(world: World, token: string): Promise<TokenHolder> {
  try {
    return await requireAccessToken(world, token, "openid");
  } catch (error) {
    if (error instanceof AwsFault) throw invalidToken();
    throw error;
  }
}

function invalidToken(): WebRefusal {
  return refusal(
    401,
    "invalid_token",
    "Access token is expired, disabled, or deleted, or the user has globally signed out.",
  );
}

function refusal(status: number, error: string, description: string): WebRefusal {
  const challenge = `error="${error}", error_description="${description}"`;
  return new WebRefusal(
    jsonAnswer(status, { error, error_description: description }, { "www-authenticate": challenge }),
  );
}
