/**
 * The messages that end users get, by the names the stack file gives them. A pool itself holds three of them:
 * invitation, verification and mfa; `verification` then serves sign-up, reset and changed contacts alike. The other
 * three are sent only by the custom-message function, which knows what a code is for.
 */
export const MESSAGE_KINDS = [
  "invitation",
  "verification",
  "mfa",
  "signUp",
  "passwordReset",
  "contactChange",
] as const;

export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** What a pool can hold as templates of its own (Amazon Cognito API Reference, CreateUserPool). */
export const POOL_KINDS = ["invitation", "verification", "mfa"] as const satisfies readonly MessageKind[];

/** What only the custom-message function sends. */
export const FUNCTION_KINDS = [
  "signUp",
  "passwordReset",
  "contactChange",
] as const satisfies readonly MessageKind[];

/** The two shapes of a message: mails are HTML files, text messages are plain ones. */
export const MEDIA = ["mail", "sms"] as const;

export type Medium = (typeof MEDIA)[number];

/**
 * Which message goes out when Cognito calls the custom-message function (Amazon Cognito Developer Guide, Custom
 * message Lambda trigger). A source that is not here keeps the pool's own text.
 */
export const KIND_OF_SOURCE: Readonly<Record<string, MessageKind>> = {
  CustomMessage_AdminCreateUser: "invitation",
  CustomMessage_SignUp: "signUp",
  CustomMessage_ResendCode: "signUp",
  CustomMessage_ForgotPassword: "passwordReset",
  CustomMessage_UpdateUserAttribute: "contactChange",
  CustomMessage_VerifyUserAttribute: "contactChange",
  CustomMessage_Authentication: "mfa",
};

/** The name of the built-in file of a message, such as `password-reset.ja.html`. */
export function builtInFile(kind: MessageKind, medium: Medium, language: string): string {
  const name = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `${name}.${language}.${medium === "mail" ? "html" : "txt"}`;
}
