import type { Pool, User, World } from "./state.ts";

export type Medium = "SMS" | "EMAIL";

/**
 * Records the invitation in the outbox, once per medium. A medium the user cannot be reached by, or a template without the
 * password placeholder ("Amazon Cognito doesn't deliver the invitation message": AdminCreateUser, API reference), is recorded
 * as undelivered; AdminCreateUser itself succeeds.
 */
export function sendInvitation(
  world: World,
  pool: Pool,
  user: User,
  password: string | undefined,
  media: readonly Medium[],
): void {
  const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
  for (const medium of media) {
    const destination = medium === "SMS" ? user.attributes.phone_number : user.attributes.email;
    const body = (medium === "SMS" ? template?.SMSMessage : template?.EmailMessage) ?? defaultBody;
    const undelivered =
      destination === undefined
        ? `the user has no ${medium === "SMS" ? "phone number" : "email address"}`
        : medium === "SMS" && pool.mfa.sms === undefined
          ? "the user pool has no SMS configuration"
          : password !== undefined && !body.includes("{####}")
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
      ...(medium === "EMAIL" ? { subject: template?.EmailSubject ?? defaultSubject } : {}),
      body: fillIn(body, signInName(pool, user), password ?? ""),
      ...(undelivered === undefined ? {} : { undelivered }),
    });
  }
}

const defaultBody = "Your username is {username} and temporary password is {####}.";
const defaultSubject = "Your temporary password";

function fillIn(template: string, username: string, password: string): string {
  return template.replaceAll("{username}", () => username).replaceAll("{####}", () => password);
}

/** The message names what the user signs in with, not the generated user name. */
function signInName(pool: Pool, user: User): string {
  const values = pool.usernameAttributes.map((attribute) => user.attributes[attribute]);
  return values.find((value) => value !== undefined) ?? user.username;
}
