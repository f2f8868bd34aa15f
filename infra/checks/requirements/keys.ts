import { allows, isForEverybody, readStatements } from "../policy-statements.ts";
import {
  isGroup,
  type Property,
  type RenderedResource,
  type RenderedStack,
  readInput,
} from "../rendered-stack.ts";
import { inputBetween, inputIs, type Requirement } from "../requirement.ts";

const KEY = "aws:kms/key:Key";

/** What scanners ask of encryption keys. */
export const keyRequirements: readonly Requirement[] = [
  {
    says: "a key is renewed every year",
    ids: ["prowler:kms_cmk_rotation_enabled", "security-hub:KMS.4", "checkov:CKV_AWS_7", "cdk-nag:KMS5"],
    of: KEY,
    isMet: inputIs("enableKeyRotation", true),
  },
  {
    says: "a key that is deleted can be saved for 30 days",
    ids: ["prowler:kms_cmk_not_deleted_unintentionally", "security-hub:KMS.3"],
    of: KEY,
    isMet: inputBetween("deletionWindowInDays", 30, 30),
  },
  {
    says: "a key is of one Region",
    ids: ["prowler:kms_cmk_not_multi_region"],
    of: KEY,
    isMet: inputIs("multiRegion", false),
  },
  {
    says: "not everybody may use a key",
    ids: ["prowler:kms_key_not_publicly_accessible", "security-hub:KMS.5"],
    of: KEY,
    isMet: ({ inputs }) =>
      readStatements(inputs.policy)
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "no statement of a key lets everybody in, whatever its conditions",
    ids: ["checkov:CKV_AWS_33"],
    of: KEY,
    isMet: ({ inputs }) =>
      readStatements(inputs.policy)
        .filter(allows)
        .every(({ principals }) => !principals.includes("*")),
  },
  {
    says: "a key has a policy of ours",
    ids: ["checkov:CKV2_AWS_64"],
    of: KEY,
    isMet: ({ inputs }) => readStatements(inputs.policy).length > 0,
  },
  {
    says: "a key is switched on",
    ids: ["checkov:CKV_AWS_227"],
    of: KEY,
    isMet: (key) => readInput(key, "isEnabled") !== false,
  },
  {
    says: "a key is used",
    ids: ["prowler:kms_cmk_are_used"],
    of: KEY,
    isMet: isMentioned,
  },
];

/** Whether another resource names the key. */
function isMentioned(key: RenderedResource, stack: RenderedStack): boolean {
  const names = new Set<Property | undefined>([key.id, key.outputs.arn]);
  return stack.resources.some((other) => other !== key && holdsOne(other.inputs, names));
}

function holdsOne(value: Property, names: ReadonlySet<Property | undefined>): boolean {
  if (names.has(value)) return true;
  if (Array.isArray(value)) return value.some((entry) => holdsOne(entry, names));
  return isGroup(value) && Object.values(value).some((entry) => holdsOne(entry, names));
}
