import type { Pool, User, World } from "./state.ts";
import { CODE_PLACEHOLDER, customizeMessage, USERNAME_PLACEHOLDER } from "./triggers/message-trigger.ts";
import type { Metadata } from "./triggers/trigger.ts";

export type Medium = "SMS" | "EMAIL";

/**
 * Records the invitation in the outbox, once per medium, in the words of the custom message function or of the pool. A medium the user cannot be reached by, or a template without the
 * password placeholder ("Amazon Cognito doesn't deliver the invitation message": AdminCreateUser, API reference), is recorded
 * as undelivered; AdminCreateUser itself succeeds.
 */
export async function sendInvitation(
  world: World,
  pool: Pool,
  user: User,
  password: string | undefined,
  { media, metadata }: { media: readonly Medium[]; metadata: Metadata | undefined },
): Promise<void> {
  const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
  const occasion = { source: "AdminCreateUser", clientId: undefined, metadata } as const;
  const custom = await customizeMessage(world, pool, user, occasion, password);
  for (const medium of media) {
    const destination = medium === "SMS" ? user.attributes.phone_number : user.attributes.email;
    const ownBody = medium === "SMS" ? template?.SMSMessage : template?.EmailMessage;
    const body = custom[medium]?.body ?? ownBody ?? defaultBody;
    const undelivered =
      destination === undefined
        ? `the user has no ${medium === "SMS" ? "phone number" : "email address"}`
        : medium === "SMS" && pool.mfa.sms === undefined
          ? "the user pool has no SMS configuration"
          : password !== undefined && !body.includes(CODE_PLACEHOLDER)
            ? "the invitation template has no {####} placeholder"
            : undefined;
    world.outbox.put({
      sentAt: world.now(),
      poolId: pool.id,
      username: user.username,
      sub: user.sub,
      kind: "invitation",
      medium,
      destination,
      ...(medium === "EMAIL"
        ? { subject: custom.EMAIL?.subject ?? template?.EmailSubject ?? defaultSubject }
        : {}),
      body: fillIn(body, signInName(pool, user), password ?? ""),
      ...(undelivered === undefined ? {} : { undelivered }),
    });
  }
}

const defaultBody = "Your username is {username} and temporary password is {####}.";
const defaultSubject = "Your temporary password";

function fillIn(template: string, username: string, password: string): string {
  return template
    .replaceAll(USERNAME_PLACEHOLDER, () => username)
    .replaceAll(CODE_PLACEHOLDER, () => password);
}

/** The message names what the user signs in with, not the generated user name. */
function signInName(pool: Pool, user: User): string {
  const values = pool.usernameAttributes.map((attribute) => user.attributes[attribute]);
  return values.find((value) => value !== undefined) ?? user.username;
}
