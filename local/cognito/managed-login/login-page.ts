import { escapeHtml } from "../../../infra/messages/message-rendering.ts";
import type { AwsFault } from "../../aws-fault.ts";
import type { WebAnswer } from "../../web-exchange.ts";
import type { CodeFactor, WaitingFactor } from "./sign-in-records.ts";
import { errorPage, pageAnswer, paragraph, type Sentence } from "./web-pages.ts";

/** The form for user name and password; what went wrong before stands above it. */
export function passwordPage(query: URLSearchParams, problem?: Sentence): WebAnswer {
  return pageAnswer(
    200,
    { ja: "サインイン", en: "Sign in" },
    form(query, problem, [
      field("username", { ja: "ユーザー名", en: "Username" }, 'type="text" autocomplete="username"'),
      field(
        "password",
        { ja: "パスワード", en: "Password" },
        'type="password" autocomplete="current-password"',
      ),
    ]),
  );
}

/** The form for the code of a second factor; `key` leads back to what is waiting for it. */
export function codePage(
  query: URLSearchParams,
  { name, destination }: WaitingFactor,
  key: string,
  problem?: Sentence,
): WebAnswer {
  return pageAnswer(
    200,
    { ja: "確認コード", en: "Verification code" },
    form(query, problem, [
      paragraph(askFor(name, destination ?? "")),
      `<input type="hidden" name="factor" value="${escapeHtml(key)}">`,
      field(
        "code",
        { ja: "コード", en: "Code" },
        'type="text" inputmode="numeric" autocomplete="one-time-code"',
      ),
    ]),
  );
}

/** For steps of a sign-in that these pages have no form for. */
export function notOfferedPage(challenge: string): WebAnswer {
  return errorPage(501, {
    ja: `この画面では続けられません（${challenge}）。`,
    en: `The step ${challenge} is not offered by these sign-in pages.`,
  });
}

/** A refusal of the user pool, said to people. */
export function explainFault({ code, message }: AwsFault): Sentence {
  return { ja: problems[code] ?? "サインインできませんでした。", en: message };
}

const problems: Readonly<Record<string, string>> = {
  NotAuthorizedException: "サインインできません。ユーザー名とパスワードを確認してください。",
  UserNotFoundException: "ユーザーが見つかりません。",
  CodeMismatchException: "コードが正しくありません。",
  ExpiredCodeException: "このコードはもう使えません。",
  PasswordResetRequiredException: "パスワードの再設定が必要です。",
  UserNotConfirmedException: "アカウントの確認が済んでいません。",
};

function askFor(factor: CodeFactor, destination: string): Sentence {
  switch (factor) {
    case "SMS_MFA":
      return {
        ja: `${destination} に送ったコードを入力してください。`,
        en: `Enter the code we sent to ${destination}.`,
      };
    case "EMAIL_OTP":
      return {
        ja: `${destination} に送ったコードを入力してください。`,
        en: `Enter the code we mailed to ${destination}.`,
      };
    case "SOFTWARE_TOKEN_MFA":
      return {
        ja: "認証アプリのコードを入力してください。",
        en: "Enter the code of your authenticator app.",
      };
  }
}

function form(query: URLSearchParams, problem: Sentence | undefined, parts: readonly string[]): string {
  return [
    ...(problem === undefined ? [] : [paragraph(problem, "alert")]),
    `<form method="post" action="${escapeHtml(`/login?${query}`)}">`,
    ...parts,
    '<button type="submit">サインイン <span lang="en">Sign in</span></button>',
    "</form>",
  ].join("\n");
}

function field(name: string, { ja, en }: Sentence, attributes: string): string {
  return `<label>${ja} <span lang="en">${en}</span><br><input name="${name}" ${attributes} required></label>`;
}
