import { z } from "zod";
import type { Pool, User, World } from "../state.ts";
import { withMetadata } from "./sign-up-triggers.ts";
import { callTrigger, eventAttributes, invalidResponse, type Metadata } from "./trigger.ts";

/** Why a message goes out, and what the application said with it. */
export interface MessageOccasion {
  source:
    | "SignUp"
    | "AdminCreateUser"
    | "ResendCode"
    | "ForgotPassword"
    | "UpdateUserAttribute"
    | "VerifyUserAttribute"
    | "Authentication";
  clientId: string | undefined;
  metadata: Metadata | undefined;
}

/** Texts a function gave, by medium, with the code and the user name still as placeholders; absent ones are the pool's own. */
export interface CustomTexts {
  EMAIL?: { subject?: string; body?: string };
  SMS?: { body?: string };
}

/** What stands for the code or temporary password, and for the user name, in templates and in functions' texts. */
export const CODE_PLACEHOLDER = "{####}";
export const USERNAME_PLACEHOLDER = "{username}";

/** Longest texts, "including the verification code" (Developer Guide, Custom message Lambda trigger; subjects: API reference). */
const LONGEST = { emailSubject: 140, emailMessage: 20_000, smsMessage: 140 } as const;

const text = z.string().nullish();
const messageResponse = z.object({ emailSubject: text, emailMessage: text, smsMessage: text });

/** Asks the custom message function for texts; `code` is only counted, never shown to it. */
export async function customizeMessage(
  world: World,
  pool: Pool,
  user: User,
  { source, clientId, metadata }: MessageOccasion,
  code: string | undefined,
): Promise<CustomTexts> {
  const isInvitation = source === "AdminCreateUser";
  const given = await callTrigger(
    world,
    pool,
    {
      trigger: "CustomMessage",
      triggerSource: `CustomMessage_${source}`,
      userName: user.username,
      clientId,
      request: {
        userAttributes: eventAttributes(user),
        codeParameter: CODE_PLACEHOLDER,
        linkParameter: "{##Click Here##}",
        usernameParameter: isInvitation ? USERNAME_PLACEHOLDER : null,
        ...withMetadata(metadata),
      },
      response: { smsMessage: null, emailMessage: null, emailSubject: null },
    },
    messageResponse,
  );
  const texts = Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value));
  const { emailSubject, emailMessage, smsMessage }: { [Name in keyof typeof LONGEST]?: string } = texts;
  refuseMailByCognito(pool, emailSubject ?? emailMessage);
  const needed = [
    ...(code === undefined ? [] : [CODE_PLACEHOLDER]),
    ...(isInvitation ? [USERNAME_PLACEHOLDER] : []),
  ];
  refuseUnfit("emailSubject", emailSubject, [], code);
  refuseUnfit("emailMessage", emailMessage, needed, code);
  refuseUnfit("smsMessage", smsMessage, needed, code);
  return {
    EMAIL: {
      ...(emailSubject === undefined ? {} : { subject: emailSubject }),
      ...(emailMessage === undefined ? {} : { body: emailMessage }),
    },
    SMS: smsMessage === undefined ? {} : { body: smsMessage },
  };
}

/** "The emailMessage parameter is allowed only if the EmailSendingAccount attribute of the user pool is DEVELOPER" (the same page). */
function refuseMailByCognito({ settings }: Pool, mail: string | undefined): void {
  if (mail === undefined || settings.EmailConfiguration?.EmailSendingAccount === "DEVELOPER") return;
  throw invalidResponse("A custom mail needs EmailSendingAccount DEVELOPER.");
}

function refuseUnfit(
  name: keyof typeof LONGEST,
  value: string | undefined,
  placeholders: readonly string[],
  code: string | undefined,
): void {
  if (value === undefined) return;
  const missing = placeholders.find((placeholder) => !value.includes(placeholder));
  if (missing !== undefined) throw invalidResponse(`${name} must include ${missing}.`);
  const length = [...value.replaceAll(CODE_PLACEHOLDER, () => code ?? "")].length;
  if (length > LONGEST[name]) {
    throw invalidResponse(`${name} has ${length} characters, more than ${LONGEST[name]}.`);
  }
}
