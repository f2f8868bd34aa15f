import { RUNBOOK_MFA } from "../defaults.ts";
import { group, list, text, textThat, yesNo } from "./schema.ts";

/** `sekisho:runbookAccess`: who may take the roles of the runbooks. */
export interface RunbookAccessSettings {
  /** ARNs of roles and users; each may take every role. */
  principals: string[];
  /** Whether they must have signed in to AWS with a second factor. */
  requireMfa: boolean;
  /** Whether they must say who they are (sts:SourceIdentity), which CloudTrail then writes beside every call. */
  requireSourceIdentity: boolean;
  /** ARN of a policy that bounds every role, as some organisations demand. */
  boundary?: string;
}

/** A user or a role of an account, never a whole account, nor everybody. */
const PRINCIPAL = /^arn:aws:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/;
const BOUNDARY = /^arn:aws:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;

export function runbookAccessSchema() {
  return group({
    principals: list(
      textThat(
        (arn) => PRINCIPAL.test(arn),
        "the ARN of a role or a user, such as arn:aws:iam::123456789012:role/ops",
      ),
      "ARNs of roles or users",
    ),
    requireMfa: yesNo().default(RUNBOOK_MFA),
    requireSourceIdentity: yesNo().default(false),
    boundary: text(
      BOUNDARY,
      "the ARN of a policy, such as arn:aws:iam::123456789012:policy/boundary",
    ).optional(),
  }).transform(
    ({ boundary, ...rest }): RunbookAccessSettings => ({
      ...rest,
      ...(boundary !== undefined && { boundary }),
    }),
  );
}
