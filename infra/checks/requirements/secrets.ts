import { allows, isForEverybody, readStatements, type Statement } from "../policy-statements.ts";
import { type RenderedResource, type RenderedStack, readInput } from "../rendered-stack.ts";
import { inputIsGiven, isNamedBy, type Requirement } from "../requirement.ts";

const SECRET = "aws:secretsmanager/secret:Secret";
const POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";

/** What scanners ask of secrets. */
export const secretRequirements: readonly Requirement[] = [
  {
    says: "a secret is encrypted with a key of ours",
    ids: ["checkov:CKV_AWS_149", "cdk-nag:SecretsManagerUsingKMSKey"],
    of: SECRET,
    isMet: inputIsGiven("kmsKeyId"),
  },
  {
    says: "a secret is rotated by Secrets Manager",
    ids: [
      "prowler:secretsmanager_automatic_rotation_enabled",
      "prowler:secretsmanager_secret_rotated_periodically",
      "security-hub:SecretsManager.1",
      "security-hub:SecretsManager.4",
      "checkov:CKV2_AWS_57",
      "cdk-nag:SMG4",
    ],
    of: SECRET,
    isMet: isNamedBy(ROTATION, "secretId"),
  },
  {
    says: "a secret is rotated every 90 days or sooner",
    ids: ["checkov:CKV_AWS_304"],
    of: SECRET,
    isMet: isNamedBy(ROTATION, "secretId", (rotation) => {
      const days = readInput(rotation, "rotationRules.automaticallyAfterDays");
      return typeof days === "number" && days <= 90;
    }),
  },
  {
    says: "not everybody may read a secret",
    ids: ["prowler:secretsmanager_not_publicly_accessible"],
    of: SECRET,
    isMet: (secret, stack) =>
      statementsOf(secret, stack)
        .filter(allows)
        .every((statement) => !isForEverybody(statement)),
  },
  {
    says: "a secret's own policy denies whoever is not meant to read it",
    ids: ["prowler:secretsmanager_has_restrictive_resource_policy"],
    of: SECRET,
    isMet: (secret, stack) =>
      statementsOf(secret, stack).some(
        ({ effect, principals, conditions }) =>
          effect === "Deny" &&
          principals.includes("*") &&
          conditions.some(({ key }) => /^aws:principal/i.test(key)),
      ),
  },
];

function statementsOf(secret: RenderedResource, stack: RenderedStack): Statement[] {
  return stack.naming(secret, POLICY, "secretArn").flatMap(({ inputs }) => readStatements(inputs.policy));
}
