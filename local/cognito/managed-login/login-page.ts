import { escapeHtml } from "../../../infra/messages/message-rendering.ts";
import type { AwsFault } from "../../aws-fault.ts";
import type { WebAnswer } from "../../web-exchange.ts";
import type { AskedStep, CodeFactor, WaitingStep } from "./sign-in-records.ts";
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

/** The form for a step after the password; `key` leads back to what is waiting for it. */
export function stepPage(
  query: URLSearchParams,
  { asked, user }: WaitingStep,
  key: string,
  problem?: Sentence,
): WebAnswer {
  const { heading, parts } = describeStep(asked, user.username);
  const hidden = `<input type="hidden" name="factor" value="${escapeHtml(key)}">`;
  return pageAnswer(200, heading, form(query, problem, [...parts, hidden]));
}

/** What stands on the form of a step. */
function describeStep(asked: AskedStep, username: string): { heading: Sentence; parts: readonly string[] } {
  switch (asked.name) {
    case "NEW_PASSWORD_REQUIRED":
      return {
        heading: { ja: "新しいパスワード", en: "New password" },
        parts: [
          field(
            "new_password",
            { ja: "新しいパスワード", en: "New password" },
            'type="password" autocomplete="new-password"',
          ),
          ...asked.attributes.map((name) =>
            field(`attribute.${name}`, { ja: name, en: name }, 'type="text"'),
          ),
        ],
      };
    case "SELECT_MFA_TYPE":
      return {
        heading: { ja: "確認の方法", en: "How to verify" },
        parts: asked.choices.map((choice) => radio("factor_type", choice, factorNames[choice] ?? choice)),
      };
    case "MFA_SETUP":
      return {
        heading: { ja: "認証アプリの登録", en: "Set up an authenticator app" },
        parts: [
          paragraph({
            ja: "次の秘密鍵を認証アプリに入れ、表示されたコードを入力してください。",
            en: "Put this secret into your authenticator app and enter the code it shows.",
          }),
          `<p><code id="secret">${escapeHtml(asked.secret)}</code></p>`,
          `<p><a href="${escapeHtml(authenticatorAddress(asked.secret, username))}">otpauth</a></p>`,
          codeField(),
        ],
      };
    default:
      return {
        heading: { ja: "確認コード", en: "Verification code" },
        parts: [paragraph(askFor(asked.name, asked.destination ?? "")), codeField()],
      };
  }
}

function codeField(): string {
  return field(
    "code",
    { ja: "コード", en: "Code" },
    'type="text" inputmode="numeric" autocomplete="one-time-code"',
  );
}

const factorNames: Readonly<Record<string, string>> = {
  SMS_MFA: "SMS",
  EMAIL_OTP: "メール Email",
  SOFTWARE_TOKEN_MFA: "認証アプリ Authenticator app",
};

function radio(name: string, value: string, label: string): string {
  return `<label><input type="radio" name="${name}" value="${escapeHtml(value)}" required>${escapeHtml(label)}</label><br>`;
}

/** What authenticator apps read (Key Uri Format, Google Authenticator). */
function authenticatorAddress(secret: string, username: string): string {
  return `otpauth://totp/${encodeURIComponent(username)}?secret=${secret}`;
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
  EnableSoftwareTokenMFAException: "コードが正しくありません。",
  InvalidPasswordException: "パスワードが条件を満たしていません。",
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
