import type { CustomMessageTriggerEvent } from "aws-lambda";
import type { SiteValues } from "./message-checks.ts";
import { KIND_OF_SOURCE, type MessageKind } from "./message-kinds.ts";
import {
  LONGEST,
  type Message,
  type MessageSource,
  type MessageValues,
  renderMessage,
} from "./message-rendering.ts";
import { findNickname } from "./nickname.ts";

/** What the custom-message function carries with it: every message as its files say it, and what fills them in. */
export interface FunctionMessages {
  site: SiteValues;
  sources: Readonly<Record<MessageKind, MessageSource>>;
}

/** The file beside the function's code that holds its messages. */
export const MESSAGES_FILE = "messages.json";

/** What lies beside the function's code: the stack's messages, the operator's own files among them. */
export function customMessageFiles(messages: FunctionMessages): Record<string, string> {
  return { [MESSAGES_FILE]: JSON.stringify(messages) };
}

/** What the function needs of Cognito's event. */
export interface MessageEvent {
  triggerSource: string;
  request: Pick<
    CustomMessageTriggerEvent["request"],
    "userAttributes" | "codeParameter" | "usernameParameter"
  >;
  response: Response;
}

type Response = CustomMessageTriggerEvent["response"];

/**
 * What Cognito sends instead of the pool's own text: the message for what the code is for, with the user's nickname.
 * Code and user name stay the placeholders that the event names. A message that would be too long goes without the
 * nickname; one that still is, and events nobody knows, keep the pool's text.
 */
export function customizeMessage(event: MessageEvent, messages: FunctionMessages): Response {
  const kind = Object.hasOwn(KIND_OF_SOURCE, event.triggerSource)
    ? KIND_OF_SOURCE[event.triggerSource]
    : undefined;
  if (kind === undefined) return event.response;
  const { codeParameter, usernameParameter, userAttributes } = event.request;
  const { passwordDays, ...site } = messages.site;
  const values: MessageValues =
    kind === "invitation"
      ? { ...site, passwordDays, code: codeParameter, username: usernameParameter ?? undefined }
      : { ...site, code: codeParameter };
  const nickname = findNickname(userAttributes);
  const message = renderMessage(messages.sources[kind], { ...values, nickname });
  const shorter = renderMessage(messages.sources[kind], values);
  const placeholders = [values.code, ...(kind === "invitation" ? [values.username] : [])];
  return fits(message, placeholders) ?? fits(shorter, placeholders) ?? event.response;
}

function fits(message: Message, placeholders: readonly (string | undefined)[]): Response | undefined {
  const { emailSubject, emailMessage, smsMessage } = message;
  const isWhole = (text: string) => placeholders.every((one) => one && text.includes(one));
  const isShort =
    emailSubject.length <= LONGEST.subject &&
    emailMessage.length <= LONGEST.mail &&
    smsMessage.length <= LONGEST.sms;
  return isShort && isWhole(emailMessage) && isWhole(smsMessage)
    ? { emailSubject, emailMessage, smsMessage }
    : undefined;
}
