import { isGroup, type Properties, type Property } from "./rendered-stack.ts";

/** A statement of a policy with every list as a list. */
export interface Statement {
  effect: string;
  /** ARNs and account numbers; `*` for everybody. */
  principals: string[];
  /** Services that may act. */
  services: string[];
  actions: string[];
  resources: string[];
  /** Operator, key and values of each condition. */
  conditions: { operator: string; key: string; values: string[] }[];
}

/** The statements of a policy, given as JSON text or as a group; none when it is neither. */
export function readStatements(policy: Property | undefined): Statement[] {
  const document = typeof policy === "string" && policy !== "" ? parse(policy) : policy;
  if (!isGroup(document)) return [];
  return [document.Statement ?? []].flat().filter(isGroup).map(readStatement);
}

/** Whether a statement lets somebody do something. */
export function allows({ effect }: Statement): boolean {
  return effect === "Allow";
}

/** Whether everybody on the internet is meant: no condition on who, from which account or for which resource. */
export function isForEverybody(statement: Statement): boolean {
  return statement.principals.includes("*") && !isNarrowed(statement);
}

/** Whether a condition ties a statement to one account, one organization, one resource or one network. */
export function isNarrowed({ conditions }: Statement): boolean {
  return conditions.some(({ key }) => NARROWING.includes(key.toLowerCase()));
}

/** Whether a statement denies everybody all use over plain HTTP. */
export function deniesPlainTransport({ effect, principals, conditions }: Statement): boolean {
  return (
    effect === "Deny" &&
    principals.includes("*") &&
    conditions.some(({ key, values }) => key === "aws:SecureTransport" && values.includes("false"))
  );
}

/** ARNs of other accounts that a statement names. */
export function foreignPrincipals({ principals }: Statement, account: string): string[] {
  return principals.filter((principal) => principal !== "*" && !principal.includes(account));
}

const NARROWING = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourcevpce",
  "kms:calleraccount",
];

function parse(text: string): Property {
  return JSON.parse(text);
}

function readStatement(statement: Properties): Statement {
  const { Effect, Principal, Action, Resource, Condition } = statement;
  return {
    effect: typeof Effect === "string" ? Effect : "",
    principals: Principal === "*" ? ["*"] : isGroup(Principal) ? texts(Principal.AWS) : [],
    services: isGroup(Principal) ? texts(Principal.Service) : [],
    actions: texts(Action),
    resources: texts(Resource),
    conditions: isGroup(Condition) ? Object.entries(Condition).flatMap(readConditions) : [],
  };
}

function readConditions([operator, keys]: [string, Property]): Statement["conditions"] {
  if (!isGroup(keys)) return [];
  return Object.entries(keys).map(([key, values]) => ({ operator, key, values: texts(values) }));
}

function texts(value: Property | undefined): string[] {
  return [value ?? []].flat().map(String);
}
