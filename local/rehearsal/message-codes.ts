import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import type { SentMessage } from "../world-client.ts";

/** Somebody who reads what was sent to them. */
export interface MessageReader {
  email: string;
  phoneNumber: string;
  /** Messages to users, oldest first. */
  readMessages(): Promise<Pick<SentMessage, "destination" | "body">[]>;
}

/**
 * The code in the newest message to the person. Mails are HTML, whose colours look like codes. Throws an IntegrityError
 * where there is none.
 */
export async function readCode({ readMessages, email, phoneNumber }: MessageReader): Promise<string> {
  const messages = await readMessages();
  const newest = messages.findLast(({ destination }) => destination === email || destination === phoneNumber);
  const [code] = /\b\d{6}\b/.exec(newest?.body.replaceAll(/<[^>]*>/g, " ") ?? "") ?? [];
  if (code === undefined) throw new IntegrityError(`No code came to ${email} or ${phoneNumber}.`);
  return code;
}
