import { AwsFault } from "../../aws-fault.ts";
import { type Condition, validationError } from "./shapes.ts";

/** All values of all conditions of one rule together (Application Load Balancers, Quotas: Condition values per rule). */
const MOST_VALUES = 5;

const CONFIGS = {
  "host-header": "HostHeaderConfig",
  "path-pattern": "PathPatternConfig",
  "http-header": "HttpHeaderConfig",
  "query-string": "QueryStringConfig",
  "http-request-method": "HttpRequestMethodConfig",
  "source-ip": "SourceIpConfig",
} as const;

export type Field = keyof typeof CONFIGS;

/** Fields that may come more than once in a rule. */
const REPEATABLE: readonly string[] = ["http-header", "query-string"];

/** Refuses conditions that Elastic Load Balancing refuses (API reference, RuleCondition). */
export function checkConditions(conditions: readonly Condition[]): void {
  if (conditions.length === 0) throw validationError("A rule must have at least one condition");
  const fields = conditions.map((condition) => checkCondition(condition));
  for (const field of fields) {
    if (!REPEATABLE.includes(field) && fields.indexOf(field) !== fields.lastIndexOf(field)) {
      throw validationError(`A rule can only have one '${field}' condition`);
    }
  }
  const count = conditions.reduce((sum, condition) => sum + valuesOf(condition).length, 0);
  if (count > MOST_VALUES) throw validationError(`A rule can only have '${MOST_VALUES}' condition values`);
}

/** Conditions as DescribeRules shows them: the values of hosts and paths in both spellings. */
export function describeCondition(condition: Condition): object {
  const field = fieldOf(condition);
  const texts = valuesOf(condition).filter((value) => typeof value === "string");
  switch (field) {
    case "host-header":
      return { Field: field, Values: texts, HostHeaderConfig: { Values: texts } };
    case "path-pattern":
      return { Field: field, Values: texts, PathPatternConfig: { Values: texts } };
    default:
      return { Field: field, [CONFIGS[field]]: condition[CONFIGS[field]] };
  }
}

function checkCondition(condition: Condition): Field {
  const field = fieldOf(condition);
  const values = valuesOf(condition);
  if (values.length === 0) throw validationError(`A '${field}' condition needs at least one value`);
  if (field === "source-ip") {
    for (const value of values) checkSource(String(value));
  }
  return field;
}

/** What a condition is about. */
export function fieldOf(condition: Condition): Field {
  const field =
    condition.Field ?? Object.keys(CONFIGS).find((name) => isField(name) && condition[CONFIGS[name]]);
  if (field === undefined || !isField(field)) {
    throw validationError(
      `Condition field '${field ?? ""}' must be one of '[${Object.keys(CONFIGS).join(", ")}]'`,
    );
  }
  return field;
}

/** The values of a condition, one of which must fit. */
export function valuesOf(condition: Condition): unknown[] {
  const field = fieldOf(condition);
  const configured = condition[CONFIGS[field]]?.Values ?? [];
  return configured.length > 0 ? configured : condition.Values;
}

function isField(name: string): name is Field {
  return Object.hasOwn(CONFIGS, name);
}

function checkSource(value: string): void {
  const [address = "", bits = ""] = value.split("/");
  const most = address.includes(":") ? 128 : 32;
  const isAddress = address.includes(":") ? IPV6.test(address) : IPV4.test(address);
  const isBlock = isAddress && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
  if (!isBlock || value === "255.255.255.255/32") {
    throw new AwsFault("ValidationError", `The IP address range '${value}' is not valid`);
  }
}

const IPV4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/;
const IPV6 = /^[0-9a-fA-F:.]{2,45}$/;
