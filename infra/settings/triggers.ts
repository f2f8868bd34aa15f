import { TRIGGER_LOG_RETENTION_DAYS } from "../defaults.ts";
import { normalDomain } from "../email/mail-domains.ts";
import { logRetention } from "./log-retention.ts";
import { group, list, text, textThat, yesNo } from "./schema.ts";

/** `sekisho:triggers`: code of ours in the way of sign-up, sign-in and messages. */
export interface TriggersSettings {
  /** Whether a function writes the messages, for texts that greet by name and tell codes apart. */
  customMessage: boolean;
  /** Only addresses of these domains may sign up; as `normalDomain` writes them, sorted. Absent = all. */
  allowMailDomains?: string[];
  /** Whoever signs up becomes a member of this group. */
  groupOnSignUp?: string;
  /** Whether clients with the flow `question` ask one after the password. */
  secretQuestion: boolean;
  logRetentionDays: number;
}

export function triggersSchema() {
  return group({
    customMessage: yesNo().default(false),
    allowMailDomains: list(
      textThat((value) => normalDomain(value) !== undefined, "a mail domain such as example.com"),
      "mail domains such as example.com",
    ).optional(),
    groupOnSignUp: text(/^\S.*$/su, "the name of a group under sekisho:users.groups").optional(),
    secretQuestion: yesNo().default(false),
    logRetentionDays: logRetention().default(TRIGGER_LOG_RETENTION_DAYS),
  }).transform(({ allowMailDomains, groupOnSignUp, ...rest }): TriggersSettings => {
    const domains = allowMailDomains?.flatMap((domain) => normalDomain(domain) ?? []);
    return {
      ...rest,
      ...(domains && { allowMailDomains: [...new Set(domains)].toSorted() }),
      ...(groupOnSignUp !== undefined && { groupOnSignUp }),
    };
  });
}
