/** What people have to be told after a re-import. */
export interface NoticeFacts {
  /** Where people begin, with `https://`; undefined where the stack does not say. */
  siteUrl: string | undefined;
  /** The host of the sign-in page, without `https://`; undefined where there is none. */
  signInHost: string | undefined;
  /** Whether authenticator apps have to be registered again. */
  needsAuthenticator: boolean;
}

/** A message ready to send. Lines end with a line feed. */
export interface Notice {
  subject: string;
  text: string;
}

/**
 * The message that tells people to set a new password, in Japanese and in English. Its only link is the site's own:
 * people should not get used to links that ask for a password. This project sends it to nobody.
 */
export function writeNotice(facts: NoticeFacts): { ja: Notice; en: Notice } {
  return {
    ja: { subject: "【重要】パスワード再設定のお願い", text: joinParagraphs(writeJapanese(facts)) },
    en: { subject: "Important: please set a new password", text: joinParagraphs(writeEnglish(facts)) },
  };
}

function writeJapanese({ siteUrl, signInHost, needsAuthenticator }: NoticeFacts): string[][] {
  return [
    ["平素よりご利用いただき、誠にありがとうございます。"],
    [
      "このたび、サインインの仕組みを新しくいたしました。",
      "これにともない、これまでのパスワードはお使いいただけなくなりました。",
      "お手数をおかけして誠に申し訳ございませんが、次の手順で新しいパスワードを",
      "設定してくださいますよう、お願い申し上げます。",
    ],
    numberSteps([
      siteUrl === undefined
        ? ["いつもお使いのサイトを開き、サインイン画面に進みます。"]
        : ["次のサイトを開き、サインイン画面に進みます。", siteUrl],
      ["「パスワードをお忘れですか」を選びます。"],
      ["いつもサインインにお使いの、メールアドレスなどを入力します。", "確認コードが届きます。"],
      ["届いた確認コードと、新しいパスワードを入力します。"],
      ["新しいパスワードでサインインします。"],
      ...(needsAuthenticator
        ? [["認証アプリをお使いの方は、画面の案内にそって、もう一度登録してください。"]]
        : []),
    ]),
    ...(signInHost === undefined
      ? []
      : [
          [
            "パスワードを入力する前に、画面のアドレスが次のとおりであることをご確認ください。",
            `   ${signInHost}`,
          ],
        ]),
    ["メールやお電話で、パスワードや確認コードをお尋ねすることは一切ございません。"],
  ];
}

function writeEnglish({ siteUrl, signInHost, needsAuthenticator }: NoticeFacts): string[][] {
  return [
    [
      "Our sign-in has been renewed. Your former password could not be carried over.",
      "We are sorry for the trouble, and ask you to set a new one:",
    ],
    numberSteps([
      siteUrl === undefined
        ? ["Open the site you always use, and go to its sign-in page."]
        : ["Open this site, and go to its sign-in page:", siteUrl],
      ['Choose "Forgot your password?".'],
      ["Enter the e-mail address, or whatever else you sign in with.", "A code is sent to you."],
      ["Enter that code, and a new password."],
      ["Sign in with the new password."],
      ...(needsAuthenticator
        ? [["If you use an authenticator app, register it again, as the page tells."]]
        : []),
    ]),
    ...(signInHost === undefined
      ? []
      : [["Before you type a password, make sure that the page's address is:", `   ${signInHost}`]]),
    ["Nobody will ever ask you for a password or a code by e-mail or telephone."],
  ];
}

/** Steps of one or more lines; the further lines of a step stand under its first. */
function numberSteps(steps: readonly (readonly string[])[]): string[] {
  return steps.flatMap((lines, index) =>
    lines.map((line, row) => (row === 0 ? `${index + 1}. ${line}` : `   ${line}`)),
  );
}

function joinParagraphs(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs.map((lines) => lines.map((line) => `${line}\n`).join("")).join("\n");
}
