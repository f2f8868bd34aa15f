import type { ClientSettings } from "./settings.ts";

/** What end users receive. `{username}` and `{####}` are filled in by Cognito. */
export interface MessageTemplates {
  /** To a user an administrator has created: user name and temporary password. */
  invitation: Message;
  /** To confirm a sign-up, a changed address or number, or a password reset: a code. */
  verification: Message;
  /** The second factor: a code. */
  mfa: Message;
}

/**
 * Mail bodies are HTML. Subjects and text messages hold at most 140 characters, bodies 20,000 (Amazon Cognito API
 * Reference).
 */
export interface Message {
  emailSubject: string;
  emailMessage: string;
  smsMessage: string;
}

/**
 * The default texts, Japanese first. `siteUrl` is where an invitation sends people, `temporaryPasswordDays` how long
 * it says the temporary password lasts. A text message stays within one part (70 characters of Japanese) once Cognito
 * has filled in a user name of up to 45 and a password of up to 14 characters, because carriers bill by part.
 */
export function messageTemplates(options: {
  siteUrl: string | undefined;
  temporaryPasswordDays: number;
}): MessageTemplates {
  return { invitation: invitation(options), verification: verification(), mfa: mfa() };
}

/** The address invitations point at: the first host of the first client that has one, or none. */
export function findSiteUrl(clients: Pick<ClientSettings, "hosts">[]): string | undefined {
  const host = clients.flatMap((client) => client.hosts)[0];
  return host && `https://${host.toLowerCase()}/`;
}

function invitation({
  siteUrl,
  temporaryPasswordDays,
}: {
  siteUrl: string | undefined;
  temporaryPasswordDays: number;
}): Message {
  return {
    emailSubject: "【ご案内】アカウントを作成しました",
    emailMessage: paragraphs([
      "アカウントを作成しました。次のユーザー名と仮パスワードでサインインしてください。",
      "ユーザー名: <strong>{username}</strong><br>仮パスワード: <strong>{####}</strong>",
      siteUrl && `サインイン: <a href="${siteUrl}">${siteUrl}</a>`,
      `仮パスワードは${temporaryPasswordDays}日間有効です。最初のサインインで新しいパスワードを設定します。`,
      "お心当たりのない場合は、このメールを破棄してください。",
      english("Your account is ready: sign in with the user name and temporary password above."),
    ]),
    smsMessage: "ID {username} 仮パスワード {####}",
  };
}

// Sign-up codes last a day and reset codes an hour, and this one text serves both: it names no time.
function verification(): Message {
  return {
    emailSubject: "【確認コード】ご本人確認のお願い",
    emailMessage: paragraphs([
      "確認コードは <strong>{####}</strong> です。画面に入力してください。",
      "このコードを他の人に教えないでください。お心当たりのない場合は、このメールを破棄してください。",
      english("Your confirmation code is above. Do not share it."),
    ]),
    smsMessage: "確認コードは {####} です。他の人に教えないでください。",
  };
}

function mfa(): Message {
  return {
    emailSubject: "【認証コード】サインインの確認",
    emailMessage: paragraphs([
      "サインインの認証コードは <strong>{####}</strong> です。画面に入力してください。",
      "このコードを他の人に教えないでください。お心当たりのない場合は、パスワードを変更し、管理者に連絡してください。",
      english("Your sign-in code is above. If you did not ask for it, change your password."),
    ]),
    smsMessage: "認証コードは {####} です。他の人に教えないでください。",
  };
}

function paragraphs(texts: (string | undefined)[]): string {
  return texts
    .filter((text) => text !== undefined)
    .map((text) => `<p>${text}</p>`)
    .join("");
}

function english(text: string): string {
  return `<span lang="en">${text}</span>`;
}
