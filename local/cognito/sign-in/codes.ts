import { AwsFault } from "../../aws-fault.ts";
import { drawText } from "../identifiers.ts";
import type { Contact, Pool, User, World } from "../state.ts";
import { CODE_PLACEHOLDER, customizeMessage, type MessageOccasion } from "../triggers/message-trigger.ts";
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
 * or to `destination`: a new one that waits to be proven. A function that fails to give its text leaves the earlier code.
 */
export async function sendCode(
  world: World,
  pool: Pool,
  user: User,
  { purpose, attribute, destination = user.attributes[attribute] ?? "", occasion }: CodeRequest,
): Promise<CodeDelivery> {
  const code = drawCode(world);
  const expiresAt = world.now() + lifetimes[purpose];
  const delivery = await deliverCode(world, pool, user, {
    kind: purpose,
    attribute,
    code,
    destination,
    occasion,
  });
  signInOf(world, user).codes.set(purpose, { code, expiresAt, destination });
  return delivery;
}

export interface CodeRequest {
  purpose: CodePurpose;
  attribute: Contact;
  destination?: string | undefined;
  occasion: MessageOccasion;
}

/**
 * Puts a code into the outbox, as a mail or SMS of the pool, and says where it went with most of it hidden. The body is
 * the text of the custom message function where there is one, and the bare code otherwise.
 */
export async function deliverCode(
  world: World,
  pool: Pool,
  user: User,
  { kind, attribute, code, destination = user.attributes[attribute] ?? "", occasion }: CodeMessage,
): Promise<CodeDelivery> {
  const medium = attribute === "email" ? "EMAIL" : "SMS";
  const { EMAIL, SMS } = await customizeMessage(world, pool, user, occasion, code);
  const body = (medium === "EMAIL" ? EMAIL : SMS)?.body ?? CODE_PLACEHOLDER;
  world.outbox.put({
    sentAt: world.now(),
    poolId: pool.id,
    username: user.username,
    sub: user.sub,
    kind,
    medium,
    destination,
    ...(medium === "EMAIL" && EMAIL?.subject !== undefined ? { subject: EMAIL.subject } : {}),
    body: body.replaceAll(CODE_PLACEHOLDER, () => code),
  });
  return {
    Destination: hideDestination(attribute, destination),
    DeliveryMedium: medium,
    AttributeName: attribute,
  };
}

export interface CodeMessage {
  kind: string;
  attribute: Contact;
  code: string;
  destination?: string | undefined;
  occasion: MessageOccasion;
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
