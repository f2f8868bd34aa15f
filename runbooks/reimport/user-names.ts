import type { UserRecord } from "../backup/format.ts";

/** Characters that a user name may have at most (Amazon Cognito user pools API reference, AdminCreateUser, Username). */
const USER_NAME_LENGTH = 128;

/**
 * Why AdminCreateUser does not take a user name, as a part of a sentence about the user that does not tell the name
 * (same page); undefined when it does. Characters are UTF-16 code units; AWS does not say what it counts.
 */
export function findUserNameFault(name: string): string | undefined {
  if (name.length > USER_NAME_LENGTH) return `its user name is longer than ${USER_NAME_LENGTH} characters`;
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(name)) {
    return "its user name has characters that no user name may have";
  }
  return undefined;
}

/** Whether a user signs in through an identity provider alone, without a password. */
export function isFederated({ status }: Pick<UserRecord, "status">): boolean {
  return status === "EXTERNAL_PROVIDER";
}

/**
 * The user name to bring a user back by, where people sign in with user names. A federated user's own name belongs to
 * its provider, so the local one takes the former `sub`.
 */
export function localUserName(record: Pick<UserRecord, "status" | "sub" | "username">): string {
  return isFederated(record) ? record.sub : record.username;
}
