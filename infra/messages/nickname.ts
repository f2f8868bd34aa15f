/** Characters; a longer one is rather a message than a name. */
export const LONGEST_NICKNAME = 20;

/**
 * What a message may call a user: nickname, else given name, else name, and only if it looks like a name. Whoever
 * signs up chooses it, together with the address the mail goes to: a name must not carry a link, a number to call or
 * a placeholder into a stranger's mailbox.
 */
export function findNickname(attributes: Readonly<Record<string, string | undefined>>): string | undefined {
  return [attributes.nickname, attributes.given_name, attributes.name]
    .map((value) => value?.normalize("NFC").replace(/\s+/g, " ").trim())
    .find((value) => value !== undefined && isName(value));
}

function isName(value: string): boolean {
  const isShort = value.length > 0 && value.length <= LONGEST_NICKNAME;
  // Letters and few digits, with what stands in names between them. A dot only before a blank or at the end: mail
  // readers make links of "example.com".
  const isPlain = /^\p{L}([\p{L}\p{M}\p{Nd} ・'’ー-]|\.(?= |$))*$/u.test(value);
  const digits = value.match(/\p{Nd}/gu)?.length ?? 0;
  return isShort && isPlain && digits <= 4;
}
