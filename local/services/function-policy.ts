import { z } from "zod";

/** A service that wants to call a function, on behalf of one resource of an account. */
export interface ServiceCaller {
  principal: string;
  sourceArn: string;
  sourceAccount: string;
}

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const statementShape = z.object({
  Effect: z.string(),
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});
const policyShape = z.object({ Statement: z.array(statementShape) });

type Statement = z.output<typeof statementShape>;

/**
 * Whether a function's resource policy lets a service call it: some statement allows it and none denies it. A condition
 * of a kind nobody here knows is not met, so that it can only refuse.
 */
export function letsCall(policy: string, functionArn: string, caller: ServiceCaller): boolean {
  const { Statement } = policyShape.parse(JSON.parse(policy));
  const applying = Statement.filter((statement) => applies(statement, functionArn, caller));
  return (
    applying.some(({ Effect }) => Effect === "Allow") && applying.every(({ Effect }) => Effect !== "Deny")
  );
}

function applies(
  { Principal, Action, Resource, Condition }: Statement,
  functionArn: string,
  caller: ServiceCaller,
): boolean {
  const services = typeof Principal === "string" ? [Principal] : (Principal.Service ?? []);
  return (
    services.some((service) => service === "*" || service === caller.principal) &&
    Action.some((action) => matches(action.toLowerCase(), "lambda:invokefunction")) &&
    Resource.some((resource) => matches(resource, functionArn)) &&
    Object.entries(Condition).every(([operator, keys]) => isMet(operator, keys, caller))
  );
}

function isMet(
  operator: string,
  keys: Readonly<Record<string, string[]>>,
  { sourceArn, sourceAccount }: ServiceCaller,
): boolean {
  const context: Readonly<Record<string, string>> = {
    "aws:sourcearn": sourceArn,
    "aws:sourceaccount": sourceAccount,
  };
  const compare = OPERATORS[operator];
  if (compare === undefined) return false;
  return Object.entries(keys).every(([key, wanted]) => {
    const value = context[key.toLowerCase()];
    return value !== undefined && wanted.some((one) => compare(one, value));
  });
}

const OPERATORS: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  ArnEquals: matches,
  ArnLike: matches,
  StringEquals: (wanted, value) => wanted === value,
  StringLike: matches,
};

function matches(pattern: string, value: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
}
