import type { WebAnswer } from "../../web-exchange.ts";
import { readAuthorization, requireWebClient } from "./authorization.ts";
import { endSession } from "./browser-sessions.ts";
import type { PageRequest } from "./page-request.ts";
import { errorPage, redirectAnswer, WebRefusal } from "./web-pages.ts";

/**
 * GET /logout: ends the browser's session and goes to a sign-out address of the client, or to the login page for the next
 * one who signs in (Developer Guide, "Logout endpoint").
 */
export function answerLogout(request: PageRequest): WebAnswer {
  const { pool, query, host } = request;
  const client = requireWebClient(pool, query.get("client_id") ?? undefined);
  const address = query.get("logout_uri");
  if (address !== null) {
    if (client.settings.LogoutURLs?.includes(address) !== true) {
      throw new WebRefusal(errorPage(400, unknownAddress));
    }
    return redirectAnswer(address, [endSession(request)]);
  }
  readAuthorization(pool, query);
  return redirectAnswer(`https://${host}/login?${query}`, [endSession(request)]);
}

const unknownAddress = {
  ja: "サインアウト後のアドレスが登録されていません。",
  en: "redirect_mismatch: logout_uri is not one of the app client's sign-out URLs.",
};
