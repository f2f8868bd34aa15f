import type { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { invalidParameter } from "./faults.ts";

/**
 * Reads a request against its shape, as the service's front does: a wrong JSON type is a SerializationException, a broken
 * constraint an InvalidParameterException that lists every breach in AWS's wording. Members the shape does not know are
 * dropped, null counts as absent (AWS JSON 1.1).
 */
export function readInput<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  const given = dropNulls(input ?? {});
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(openKeyIssues);
  for (const issue of issues) {
    const value = valueAt(given, issue.path);
    if (issue.code === "invalid_type" && value !== undefined) throw wrongType(issue.expected, value);
  }
  const breaches = issues.map((issue) => describeBreach(issue, given));
  const count = breaches.length === 1 ? "1 validation error" : `${breaches.length} validation errors`;
  throw invalidParameter(`${count} detected: ${breaches.join("; ")}`);
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Members whose value AWS never repeats in a message: passwords, user names, attribute values, client ids and secrets. */
const sensitiveMembers = new Set([
  "Username",
  "Value",
  "Password",
  "TemporaryPassword",
  "PreviousPassword",
  "ProposedPassword",
  "ClientId",
  "ClientSecret",
  "SecretHash",
  "Session",
  "AccessToken",
  "Token",
  "UserCode",
]);

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) if (member !== null) kept[name] = dropNulls(member);
  return kept;
}

/** A record's key carries its own constraints; its breaches are reported at the record. */
function openKeyIssues(issue: Issue): Issue[] {
  if (issue.code !== "invalid_key") return [issue];
  return issue.issues.map((inner) => ({ ...inner, path: issue.path }));
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

const typeNames: Record<string, string> = {
  string: "a String",
  int: "an Integer",
  number: "a Number",
  boolean: "a Boolean",
  array: "a List",
  object: "a Structure",
  record: "a Map",
};

function wrongType(expected: string, value: unknown): AwsFault {
  const actual = Array.isArray(value)
    ? "LIST_VALUE"
    : typeof value === "object"
      ? "STRUCTURE_VALUE"
      : typeof value === "number"
        ? Number.isInteger(value)
          ? "NUMBER_VALUE"
          : "DECIMAL_VALUE"
        : typeof value === "boolean"
          ? value
            ? "TRUE_VALUE"
            : "FALSE_VALUE"
          : "STRING_VALUE";
  return new AwsFault(
    "SerializationException",
    `${actual} can not be converted to ${typeNames[expected] ?? expected}`,
  );
}

function describeBreach(issue: Issue, input: unknown): string {
  const value = valueAt(input, issue.path);
  const member = String(issue.path.findLast((step) => typeof step === "string") ?? "");
  const shown = value === undefined ? " null" : sensitiveMembers.has(member) ? "" : ` '${printValue(value)}'`;
  return `Value${shown} at '${printPath(issue.path)}' failed to satisfy constraint: ${value === undefined ? "Member must not be null" : describeConstraint(issue)}`;
}

function describeConstraint(issue: Issue): string {
  if (issue.code === "too_small") {
    const kind = issue.origin === "number" || issue.origin === "int" ? "value" : "length";
    return `Member must have ${kind} greater than or equal to ${issue.minimum}`;
  }
  if (issue.code === "too_big") {
    const kind = issue.origin === "number" || issue.origin === "int" ? "value" : "length";
    return `Member must have ${kind} less than or equal to ${issue.maximum}`;
  }
  if (issue.code === "invalid_value") {
    return `Member must satisfy enum value set: [${issue.values.map(String).join(", ")}]`;
  }
  // A pattern: the shape gives AWS's own spelling of it as the message.
  return `Member must satisfy regular expression pattern: ${issue.message}`;
}

/** AWS counts list members from 1 and spells members in lower camel case: schema.1.member.name. */
function printPath(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `${step + 1}.member` : lowerFirst(String(step))))
    .join(".");
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function printValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
