import { z } from "zod";

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));

const statementShape = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Action: list.optional(),
  Resource: list.optional(),
  Condition: z.record(z.string(), z.record(z.string(), list)).default({}),
});

const policyShape = z.object({ Statement: z.union([statementShape, z.array(statementShape)]) });

/** One write to an object, as far as a bucket policy can see it. */
export interface ObjectWrite {
  /** arn:aws:s3:::<bucket>/<key> */
  resource: string;
  /** Condition keys in lower case; absent = the request does not carry them. */
  keys: Readonly<Record<string, string>>;
  /** Condition keys that were settled by an earlier request, so that nobody can judge them here. */
  settled?: readonly string[];
}

/**
 * Whether a bucket policy forbids a write, looking only at Deny statements on s3:PutObject whose conditions this gateway
 * can judge: the headers of the request. A statement about anything else (TLS, addresses) is not enforced here. Returns
 * the statement's Sid, "" when it has none, undefined when nothing forbids the write.
 */
export function findForbiddingStatement(policy: string, write: ObjectWrite): string | undefined {
  const { Statement } = policyShape.parse(JSON.parse(policy));
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  const forbidding = statements.find((statement) => forbids(statement, write));
  return forbidding === undefined ? undefined : (forbidding.Sid ?? "");
}

/** The condition keys of encryption; a multipart upload settles them when it begins. */
export const encryptionKeys = [
  "s3:x-amz-server-side-encryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
] as const;

/** What the request headers say to a policy (Amazon S3 User Guide, Policy condition keys). */
export function readConditionKeys(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const [key, header] of Object.entries(HEADER_KEYS)) {
    const value = headers[header];
    if (typeof value === "string") keys[key] = value;
  }
  return keys;
}

const HEADER_KEYS: Readonly<Record<string, string>> = {
  "s3:if-none-match": "if-none-match",
  "s3:if-match": "if-match",
  "s3:x-amz-server-side-encryption": "x-amz-server-side-encryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": "x-amz-server-side-encryption-aws-kms-key-id",
};

const KNOWN_KEYS: readonly string[] = [
  ...Object.keys(HEADER_KEYS),
  "s3:objectcreationoperation",
  "aws:principalarn",
];

type Statement = z.output<typeof statementShape>;

function forbids({ Effect, Action = [], Resource = [], Condition }: Statement, write: ObjectWrite): boolean {
  if (Effect !== "Deny") return false;
  if (!Action.some((action) => isLike("s3:PutObject", action))) return false;
  if (!Resource.some((resource) => isLike(write.resource, resource))) return false;
  const tests = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values })),
  );
  const canJudge = tests.every(
    ({ key }) => KNOWN_KEYS.includes(key) && write.settled?.includes(key) !== true,
  );
  return tests.length > 0 && canJudge && tests.every((test) => holds(test, write));
}

/** A negated operator holds for an absent key too; …IfExists holds for every absent key (IAM User Guide, Condition operators). */
function holds(
  { operator, key, values }: { operator: string; key: string; values: string[] },
  { keys }: ObjectWrite,
): boolean {
  const actual = keys[key];
  if (operator === "Null") return values.includes(String(actual === undefined));
  if (actual === undefined) return operator.endsWith("IfExists") || operator.includes("Not");
  switch (operator.replace(/IfExists$/, "")) {
    case "StringEquals":
    case "ArnEquals":
    case "Bool":
      return values.includes(actual);
    case "StringNotEquals":
    case "ArnNotEquals":
      return !values.includes(actual);
    case "StringLike":
    case "ArnLike":
      return values.some((value) => isLike(actual, value));
    case "StringNotLike":
    case "ArnNotLike":
      return !values.some((value) => isLike(actual, value));
    default:
      return false;
  }
}

function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
