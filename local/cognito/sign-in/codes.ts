import { AwsFault } from "../../aws-fault.ts";
import { drawText } from "../identifiers.ts";
import type { Contact, Pool, User, World } from "../state.ts";
import { type CodePurpose, signInOf } from "./registry.ts";

const HOUR = 3_600_000;

/** How long codes live: a reset code an hour, a verification code a day (Developer Guide, "Quotas in Amazon Cognito"). */
const lifetimes: Record<CodePurpose, number> = {
  "sign-up": 24 * HOUR,
  "password-reset": HOUR,
  email: 24 * HOUR,
  phone_number: 24 * HOUR,
};

export interface CodeDelivery {
  Destination: string;
  DeliveryMedium: "EMAIL" | "SMS";
  AttributeName: Contact;
}

/**
 * Sends a new code for a purpose; an earlier one for the same purpose stops working. It goes to the user's address or number,
 * or to `destination`: a new one that waits to be proven.
 */
export function sendCode(
  world: World,
  pool: Pool,
  user: User,
  purpose: CodePurpose,
  attribute: Contact,
  destination = user.attributes[attribute] ?? "",
): CodeDelivery {
  const code = drawCode(world);
  const expiresAt = world.now() + lifetimes[purpose];
  signInOf(world, user).codes.set(purpose, { code, expiresAt, destination });
  return deliverCode(world, pool, user, purpose, attribute, code, destination);
}

/** Puts a code into the outbox, as a mail or SMS of the pool, and says where it went with most of it hidden. */
export function deliverCode(
  world: World,
  pool: Pool,
  user: User,
  kind: string,
  attribute: Contact,
  code: string,
  destination = user.attributes[attribute] ?? "",
): CodeDelivery {
  const medium = attribute === "email" ? "EMAIL" : "SMS";
  world.outbox.put({
    sentAt: world.now(),
    poolId: pool.id,
    username: user.username,
    sub: user.sub,
    kind,
    medium,
    destination,
    body: code,
  });
  return {
    Destination: hideDestination(attribute, destination),
    DeliveryMedium: medium,
    AttributeName: attribute,
  };
}

/** Accepts a code once; refuses a wrong, replaced or outdated one. */
export function redeemCode(
  world: World,
  user: User,
  purpose: CodePurpose,
  given: string,
): { destination: string } {
  const { codes } = signInOf(world, user);
  const sent = codes.get(purpose);
  if (sent === undefined || world.now() >= sent.expiresAt) {
    throw new AwsFault("ExpiredCodeException", "Invalid code provided, please request a code again.");
  }
  if (sent.code !== given) {
    throw new AwsFault("CodeMismatchException", "Invalid verification code provided, please try again.");
  }
  codes.delete(purpose);
  return { destination: sent.destination };
}

export function drawCode(world: World): string {
  return drawText(6, "0123456789", world.randomBytes);
}

/** `u***@e***` and `+********1234`, as Cognito shows them. */
export function hideDestination(attribute: Contact, value: string): string {
  if (attribute === "phone_number") return `+${"*".repeat(Math.max(0, value.length - 5))}${value.slice(-4)}`;
  const [local = "", domain = ""] = value.split("@");
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}
