import { customizeMessage, type FunctionMessages } from "../../infra/messages/custom-message.ts";
import { type MessageKind, POOL_KINDS } from "../../infra/messages/message-kinds.ts";
import { escapeHtml, LONGEST, type Message } from "../../infra/messages/message-rendering.ts";
import { messageTemplates } from "../../infra/messages/message-templates.ts";
import type { Settings } from "../../infra/settings.ts";
import { measureSms, type SmsSize } from "../../infra/sms/sms-parts.ts";
import { needsSms } from "../../infra/users/user-pool-inputs.ts";

/** One message as one person gets it, by mail and as a text message. */
export interface MessagePreview {
  /** Such as `pool-invitation`; unique, and fit for an element's id. */
  id: string;
  kind: MessageKind;
  /** Who words it: the pool's own template, or the custom-message function. */
  from: "pool" | "function";
  /** What people do to get it. */
  when: string;
  mail: { subject: string; html: string; characters: number; isSent: boolean };
  sms: { text: string; characters: number; size: SmsSize; isSent: boolean };
  /** What is allowed but seldom wanted. */
  remarks: string[];
}

type PreviewSettings = Pick<Settings, "users" | "mfa">;

/** Each message of a stack for an example user: first what the pool says itself, then what the function makes of it. */
export function previewMessages(settings: PreviewSettings, messages: FunctionMessages): MessagePreview[] {
  const own = messageTemplates(messages);
  const { nickname } = exampleUser(settings);
  return [
    ...POOL_KINDS.map((kind) =>
      createPreview(settings, { kind, from: "pool", when: POOL_WHEN[kind] }, own[kind]),
    ),
    ...FUNCTION_SOURCES.map(([triggerSource, kind, when]) =>
      createPreview(
        settings,
        { kind, from: "function", when },
        askFunction(triggerSource, messages, nickname),
      ),
    ),
  ];
}

/** The example user of every preview. */
export function exampleUser({ users }: Pick<Settings, "users">) {
  const [name] = users.usernameAttributes;
  const usernames = { email: "hanako.yamada@example.com", phone_number: "+819012345678" };
  return {
    username: name === undefined ? "hanako.yamada" : usernames[name],
    nickname: "花子",
    // As long as the policy asks for at least; of every class, signs that HTML knows among them.
    temporaryPassword: "Kp7#wR2m&xT9qLs4".repeat(7).slice(0, users.password.minLength),
    code: "123456",
  };
}

const POOL_WHEN: Record<(typeof POOL_KINDS)[number], string> = {
  invitation: "An administrator creates a user, or invites one again.",
  verification: "Any code that is no second factor: sign-up, password reset, changed address or number.",
  mfa: "A sign-in asks for a second factor.",
};

/** One event for each message that the function words. */
const FUNCTION_SOURCES: readonly (readonly [source: string, kind: MessageKind, when: string])[] = [
  ["CustomMessage_AdminCreateUser", "invitation", POOL_WHEN.invitation],
  ["CustomMessage_SignUp", "signUp", "Somebody signs up, or asks for that code again."],
  [
    "CustomMessage_ForgotPassword",
    "passwordReset",
    "Somebody has forgotten the password, or an administrator resets it.",
  ],
  [
    "CustomMessage_UpdateUserAttribute",
    "contactChange",
    "A mail address or phone number has changed, or is to be confirmed.",
  ],
  ["CustomMessage_Authentication", "mfa", POOL_WHEN.mfa],
];

function askFunction(triggerSource: string, messages: FunctionMessages, nickname: string): Message {
  const { emailSubject, emailMessage, smsMessage } = customizeMessage(
    {
      triggerSource,
      request: { userAttributes: { nickname }, codeParameter: "{####}", usernameParameter: "{username}" },
      response: { emailSubject: null, emailMessage: null, smsMessage: null },
    },
    messages,
  );
  return { emailSubject: emailSubject ?? "", emailMessage: emailMessage ?? "", smsMessage: smsMessage ?? "" };
}

function createPreview(
  settings: PreviewSettings,
  { kind, from, when }: Pick<MessagePreview, "kind" | "from" | "when">,
  { emailSubject, emailMessage, smsMessage }: Message,
): MessagePreview {
  const { username, temporaryPassword, code } = exampleUser(settings);
  const fill = (text: string, write: (value: string) => string) =>
    text
      .replaceAll("{username}", () => write(username))
      .replaceAll("{####}", () => write(kind === "invitation" ? temporaryPassword : code));
  const sms = fill(smsMessage, (value) => value);
  const size = measureSms(sms);
  const isBilled = isSmsSent(kind, settings);
  return {
    id: `${from}-${kind}`,
    kind,
    from,
    when,
    mail: {
      subject: emailSubject,
      html: fill(emailMessage, escapeHtml),
      characters: emailMessage.length,
      isSent: isMailSent(kind, settings),
    },
    sms: { text: sms, characters: smsMessage.length, size, isSent: isBilled },
    remarks: findRemarks(emailSubject, emailMessage, isBilled ? size.parts : 0),
  };
}

function isMailSent(kind: MessageKind, { users, mfa }: PreviewSettings): boolean {
  switch (kind) {
    case "mfa":
      return mfa.mode !== "off" && mfa.factors.includes("email");
    case "signUp":
      return users.selfSignUp && users.autoVerify.includes("email");
    case "passwordReset":
      return users.recovery.includes("email");
    default:
      return true;
  }
}

// An administrator's reset needs a way to recover as well (API reference, AdminResetUserPassword).
function isSmsSent(kind: MessageKind, { users, mfa }: PreviewSettings): boolean {
  if (!needsSms(users, mfa)) return false;
  switch (kind) {
    case "mfa":
      return mfa.mode !== "off" && mfa.factors.includes("sms");
    case "signUp":
      return users.selfSignUp && users.autoVerify.includes("phone_number");
    case "passwordReset":
      return users.recovery.includes("phone");
    default:
      return true;
  }
}

function findRemarks(subject: string, html: string, parts: number): string[] {
  return [
    ...(subject === "" || html === "" ? ["There is no mail; its file has a fault."] : []),
    ...(parts > 1
      ? [`The text message is billed ${parts} times; 70 characters of Japanese are one part.`]
      : []),
    ...(subject.length > LONGEST_IN_LISTS
      ? [`Phones cut subjects after about ${LONGEST_IN_LISTS} characters.`]
      : []),
    ...(/<img[^>]+src\s*=\s*["']?https?:|url\(\s*["']?https?:/i.test(html)
      ? [
          "The mail loads pictures from elsewhere; most mail readers ask first, and this page does not show them.",
        ]
      : []),
    ...(html.length > LONGEST.mail * 0.9
      ? ["The mail is within a tenth of the longest that Cognito takes."]
      : []),
  ];
}

const LONGEST_IN_LISTS = 40;
