import type { WebAnswer, WebRequest } from "../../web-exchange.ts";
import type { World } from "../state.ts";
import { answerAuthorize } from "./authorize-endpoint.ts";
import { answerLogin, showLogin } from "./login-endpoint.ts";
import { answerLogout } from "./logout-endpoint.ts";
import { type PageRequest, readPageRequest } from "./page-request.ts";
import { answerPublicDocument } from "./public-documents.ts";
import { answerRevoke } from "./revoke-endpoint.ts";
import { findPoolByHost, issuerHost } from "./sign-in-hosts.ts";
import { answerToken } from "./token-endpoint.ts";
import { answerUserInfo } from "./user-info-endpoint.ts";
import { errorPage, jsonAnswer, WebRefusal } from "./web-pages.ts";

/**
 * Answers a request to a pool's sign-in pages and OAuth 2.0 endpoints, or for the public documents of a pool. Every
 * refusal is an answer; an AwsFault is thrown only for what the local AWS does not do.
 */
export async function answerWeb(world: World, request: WebRequest): Promise<WebAnswer> {
  const address = `https://${request.host}${request.path}`;
  if (!request.path.startsWith("/") || !URL.canParse(address)) return errorPage(400, unreadable);
  const url = new URL(address);
  if (request.host === issuerHost(world)) {
    const document = request.method === "GET" ? answerPublicDocument(world, url.pathname) : undefined;
    return document ?? jsonAnswer(404, { message: `There is no ${request.method} ${url.pathname} here.` });
  }
  const pool = findPoolByHost(world, request.host);
  if (pool === undefined)
    return errorPage(404, { ...noPool, en: `No user pool has the domain ${request.host}.` });
  const answer = routes[`${request.method} ${url.pathname}`];
  if (answer === undefined) return errorPage(knownPaths.has(url.pathname) ? 405 : 404, noPage);
  try {
    return await answer(readPageRequest(world, pool, request, url));
  } catch (error) {
    if (error instanceof WebRefusal) return error.answer;
    throw error;
  }
}

const routes: Readonly<Record<string, (request: PageRequest) => WebAnswer | Promise<WebAnswer>>> = {
  "GET /oauth2/authorize": answerAuthorize,
  "GET /login": showLogin,
  "POST /login": answerLogin,
  "POST /oauth2/token": answerToken,
  "GET /oauth2/userInfo": answerUserInfo,
  "POST /oauth2/revoke": answerRevoke,
  "GET /logout": answerLogout,
};

const knownPaths = new Set(Object.keys(routes).map((route) => route.split(" ")[1]));

const unreadable = { ja: "アドレスを読み取れません。", en: "The address cannot be read." };
const noPool = { ja: "このドメインのユーザープールはありません。" };
const noPage = { ja: "ページがありません。", en: "There is no such page, or not for this method." };
