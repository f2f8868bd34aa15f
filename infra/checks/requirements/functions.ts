import { isGroup, type RenderedResource, readInput } from "../rendered-stack.ts";
import { inputBetween, inputIs, inputIsGiven, type Requirement } from "../requirement.ts";

const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const TRAIL = "aws:cloudtrail/trail:Trail";

/** Access keys, private keys with something in them, and tokens. */
const SECRET_TEXT =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\\nr]*[\w+/]{40}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./;

/** Node runtimes that AWS supports (AWS Lambda Developer Guide, Lambda runtimes). */
const SUPPORTED_RUNTIMES = ["nodejs22.x", "nodejs24.x"];

/** What scanners ask of Lambda functions. */
export const functionRequirements: readonly Requirement[] = [
  {
    says: "a function runs on a runtime that AWS supports",
    ids: [
      "prowler:awslambda_function_using_supported_runtimes",
      "security-hub:Lambda.2",
      "checkov:CKV_AWS_363",
    ],
    of: FUNCTION,
    isMet: (code) => SUPPORTED_RUNTIMES.includes(String(readInput(code, "runtime"))),
  },
  {
    says: "a function runs on the newest runtime",
    ids: ["cdk-nag:L1"],
    of: FUNCTION,
    isMet: inputIs("runtime", SUPPORTED_RUNTIMES.at(-1) ?? ""),
  },
  {
    says: "only a service acting for a resource of ours may call a function",
    ids: [
      "prowler:awslambda_function_not_publicly_accessible",
      "security-hub:Lambda.1",
      "checkov:CKV_AWS_301",
      "checkov:CKV_AWS_364",
    ],
    of: PERMISSION,
    isMet: (permission) =>
      readInput(permission, "principal") !== "*" &&
      inputIsGiven("sourceArn")(permission) &&
      inputIsGiven("sourceAccount")(permission),
  },
  {
    says: "a function has no secret among its variables",
    ids: ["prowler:awslambda_function_no_secrets_in_variables", "checkov:CKV_AWS_45"],
    of: FUNCTION,
    isMet: (code) => variablesOf(code).every(([name, value]) => !looksSecret(name, value)),
  },
  {
    says: "a function has no secret in its code",
    ids: ["prowler:awslambda_function_no_secrets_in_code"],
    of: FUNCTION,
    isMet: (code) => !SECRET_TEXT.test(JSON.stringify(readInput(code, "code") ?? "")),
  },
  {
    says: "calls of a function are noted by a trail",
    ids: ["prowler:awslambda_function_invoke_api_operations_cloudtrail_logging_enabled"],
    of: FUNCTION,
    isMet: (_code, stack) =>
      stack.ofType(TRAIL).some(({ inputs }) => JSON.stringify(inputs).includes("AWS::Lambda::Function")),
  },
  {
    says: "a function in a VPC is in two zones or more",
    ids: ["prowler:awslambda_function_vpc_multi_az", "security-hub:Lambda.5"],
    of: FUNCTION,
    isMet: (code) => {
      const subnets = readInput(code, "vpcConfig.subnetIds");
      return subnets === undefined || (Array.isArray(subnets) && subnets.length >= 2);
    },
  },
  {
    says: "a function's variables are encrypted with a key of ours",
    ids: ["prowler:awslambda_function_env_vars_not_encrypted_with_cmk", "checkov:CKV_AWS_173"],
    of: FUNCTION,
    where: (code) => variablesOf(code).length > 0,
    isMet: inputIsGiven("kmsKeyArn"),
  },
  {
    says: "what a function could not handle is kept in a queue",
    ids: ["prowler:awslambda_function_no_dead_letter_queue", "checkov:CKV_AWS_116", "cdk-nag:LambdaDLQ"],
    of: FUNCTION,
    isMet: inputIsGiven("deadLetterConfig.targetArn"),
  },
  {
    says: "a function runs inside a VPC",
    ids: [
      "prowler:awslambda_function_inside_vpc",
      "security-hub:Lambda.3",
      "checkov:CKV_AWS_117",
      "cdk-nag:LambdaInsideVPC",
    ],
    of: FUNCTION,
    isMet: inputIsGiven("vpcConfig.subnetIds"),
  },
  {
    says: "a function's calls can be traced",
    ids: ["checkov:CKV_AWS_50", "cdk-nag:LambdaTracing"],
    of: FUNCTION,
    isMet: inputIs("tracingConfig.mode", "Active"),
  },
  {
    says: "a function cannot use up the account's concurrency",
    ids: ["checkov:CKV_AWS_115", "cdk-nag:LambdaConcurrency"],
    of: FUNCTION,
    isMet: inputBetween("reservedConcurrentExecutions", 1),
  },
  {
    says: "a function runs signed code only",
    ids: ["checkov:CKV_AWS_272"],
    of: FUNCTION,
    isMet: inputIsGiven("codeSigningConfigArn"),
  },
];

function variablesOf(code: RenderedResource): [string, string][] {
  const variables = readInput(code, "environment.variables");
  if (!isGroup(variables)) return [];
  return Object.entries(variables).map(([name, value]) => [name, String(value)]);
}

/** What looks like a secret, and whatever its own name calls one. */
function looksSecret(name: string, value: string): boolean {
  const isReference = /^(arn:|\/sekisho\/|sekisho\/)/.test(value);
  const isNamedSo = /(PASSWORD|PRIVATE_KEY|TOKEN|API_KEY|CLIENT_SECRET|SECRET_KEY)$/i.test(name);
  return (isNamedSo && !isReference) || SECRET_TEXT.test(value);
}
