import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import { totpCode } from "../cognito/sign-in/totp.ts";
import { type MessageReader, readCode } from "./message-codes.ts";

/** Somebody who signs in at the command line: what they know, and have on their phone. */
export interface CommandLineUser extends MessageReader {
  /** The one that works now: of the invitation, or their own. */
  password: string;
  /** The one they choose when they are asked for one of their own. */
  nextPassword: string;
  /** What their authenticator app makes codes of; undefined until it was set up. */
  authenticator?: string | undefined;
  now(): Date;
}

/** What the person types at a question; `shown` is what stands on the screen. Throws an IntegrityError at a loss. */
export async function answerQuestion(
  user: CommandLineUser,
  question: string,
  shown: string,
): Promise<string> {
  if (/^New password/.test(question)) return takeNextPassword(user);
  if (/^Password/.test(question)) return user.password;
  if (/^First code/.test(question)) return setUpAuthenticator(user, shown);
  if (/authenticator/.test(question)) return nextCode(user);
  if (/^Code/.test(question)) return readCode(user);
  if (/^phone_number/i.test(question)) return user.phoneNumber;
  if (/^email/i.test(question)) return user.email;
  throw new IntegrityError(`Nobody knows an answer to "${question.trim()}".`);
}

/** Asked for twice, it is the same. */
function takeNextPassword(user: CommandLineUser): string {
  user.password = user.nextPassword;
  return user.password;
}

/** The app is given the key that is shown as text, in groups of four letters. */
function setUpAuthenticator(user: CommandLineUser, shown: string): string {
  const key = shown
    .match(/^[A-Z2-7]{4}( [A-Z2-7]{1,4})+$/gm)
    ?.at(-1)
    ?.replaceAll(" ", "");
  if (key === undefined) throw new IntegrityError("The set-up of the authenticator shows no key.");
  user.authenticator = key;
  return totpCode(key, user.now().getTime());
}

/** Nobody waits here for half a minute: the next code is good already, and another one than that of the set-up. */
function nextCode({ authenticator, now }: CommandLineUser): string {
  if (authenticator === undefined)
    throw new IntegrityError("A code of an authenticator was asked for that nobody has.");
  return totpCode(authenticator, now().getTime() + 30_000);
}
