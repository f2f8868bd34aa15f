import { basename } from "node:path";
import { decideAccess } from "../infra/access/access-outcome.ts";
import { readAccessQuestion, readAddress } from "../infra/access/access-question.ts";
import { addressOf, explainDecision } from "../infra/access/access-sentences.ts";
import { listAccess, tabulateAccess } from "../infra/access/access-table.ts";
import { explainGuard } from "../infra/access/guard-explanation.ts";
import { type RoutedSettings, renderListenerRules } from "../infra/access/listener-rules.ts";
import type { Settings } from "../infra/settings.ts";
import { readChosenStack } from "./runtime/chosen-stack.ts";
import { BadInputError } from "./runtime/errors.ts";
import { defineRunbook, type RunbookResult, runRunbook } from "./runtime/runbook.ts";
import { showText } from "./runtime/terminal-text.ts";
import { formatTable } from "./runtime/text-table.ts";

export const explainAccessRunbook = defineRunbook({
  name: "explain-access",
  summary:
    "Says which rule of a stack file decides about a request, and why; asks no AWS and changes nothing.",
  options: {
    stack: { type: "string", value: "name", help: "instead of a file: Pulumi.<name>.yaml of this folder" },
    ip: { type: "string", value: "address", help: "who connects; behind a proxy, the proxy's address" },
    path: { type: "string", value: "path", help: "what is asked for, such as /admin" },
    host: { type: "string", value: "name", help: "of which host; needed when the rules name several" },
    "token-client": { type: "string", value: "client", help: "a token of this client is shown" },
    "signed-in": { type: "boolean", help: "the browser has signed in at the load balancer before" },
    "sign-in-page": {
      type: "boolean",
      help: "say whether --ip reaches the sign-in page itself, and the user pool's API",
    },
    table: { type: "boolean", help: "show what everybody gets, instead of one request" },
  },
  positionals: { name: "stack file", help: "Pulumi.<stack>.yaml; Pulumi.dev.yaml if absent", min: 0, max: 1 },
  examples: [
    "npm run explain-access -- --ip 203.0.113.7 --path /admin",
    "npm run explain-access -- --ip 203.0.113.7 --path /admin Pulumi.dev.yaml",
    "npm run explain-access -- --ip 203.0.113.7 --path / --signed-in --stack dev",
    "npm run explain-access -- --ip 198.51.100.7 --path /api/users --token-client batch Pulumi.dev.yaml",
    "npm run explain-access -- --ip 192.0.2.7 --sign-in-page Pulumi.dev.yaml",
    "npm run explain-access -- --table Pulumi.dev.yaml",
    "npm run --silent explain-access -- --table Pulumi.dev.yaml --json",
  ],
  exitCodes: {
    0: "the question is answered, whatever the answer is",
    2: "an address, path, host, client or file that cannot be, or a stack file with faults or without routes",
    10: "the stack that --stack names has no file in this folder",
  },
  run: async ({ values, positionals: [named], columns, progress }) => {
    const chosen = await readChosenStack({ file: named, stack: values.stack }, progress);
    if (values["sign-in-page"]) return explainPage(chosen.settings, values);
    const settings = withRoutes(chosen.file, chosen.settings);
    return values.table ? showTable(settings, values, columns) : explainRequest(settings, values);
  },
});

interface Question {
  ip?: string | undefined;
  path?: string | undefined;
  host?: string | undefined;
  "token-client"?: string | undefined;
  "signed-in"?: boolean | undefined;
  table?: boolean | undefined;
}

function withRoutes(file: string, settings: Settings): RoutedSettings {
  const { routes } = settings;
  if (routes) return { ...settings, routes };
  throw new BadInputError(`${basename(file)} has no sekisho:routes, so there is no rule that could decide.`, {
    remedy: "Add the section, or name another stack file.",
  });
}

function showTable(settings: RoutedSettings, question: Question, columns: number): RunbookResult {
  refuseSpare(question, "--table shows what everybody gets", [
    "ip",
    "path",
    "host",
    "token-client",
    "signed-in",
  ]);
  const rows = listAccess(settings, renderListenerRules(settings));
  return { json: { rows }, text: formatTable(tabulateAccess(rows), columns).map(showText) };
}

function explainPage(settings: Settings, question: Question): RunbookResult {
  refuseSpare(question, "--sign-in-page is about one address", [
    "path",
    "host",
    "token-client",
    "signed-in",
    "table",
  ]);
  const { ip } = question;
  if (ip === undefined) {
    throw new BadInputError("--ip is missing.", { remedy: "Give the address that wants to sign in." });
  }
  const source = readAddress(ip);
  if ("problem" in source) throw new BadInputError(source.problem, { remedy: source.remedy });
  const explanation = explainGuard(settings, source);
  return { json: { ip: addressOf(source.text), ...explanation }, text: explanation.sentences.map(showText) };
}

function refuseSpare(question: Question, why: string, names: readonly (keyof Question)[]): void {
  const spare = names.find((name) => question[name]);
  if (spare === undefined) return;
  throw new BadInputError(`${why}, so --${spare} has no use.`, { remedy: "Take one of the two out." });
}

function explainRequest(settings: RoutedSettings, question: Question): RunbookResult {
  const request = readRequest(settings, question);
  const visitor = {
    isSignedIn: question["signed-in"] ?? false,
    tokenClient: tokenClient(settings, question),
  };
  const rules = renderListenerRules(settings);
  const decision = decideAccess({ routes: settings.routes, rules }, request, visitor);
  const sentences = explainDecision(decision, request);
  const { source, host, path } = request;
  const asked = `${addressOf(source.text)} asks ${host || "any host"} for ${path}.`;
  return {
    json: {
      request: { ip: addressOf(source.text), host, path, ...visitor },
      rule: decision.rule?.label ?? null,
      priority: decision.rule?.priority ?? null,
      outcome: decision.outcome,
      tried: decision.tried.map(({ rule, mismatches }) => ({
        rule: rule.label,
        priority: rule.priority,
        mismatches,
      })),
      sentences,
    },
    text: [asked, ...sentences].map(showText),
  };
}

function readRequest({ routes }: RoutedSettings, { ip, path, host }: Question) {
  if (ip === undefined || path === undefined) {
    throw new BadInputError(`--${ip === undefined ? "ip" : "path"} is missing.`, {
      remedy: "Give --ip and --path for one request, or --table for all of them.",
    });
  }
  const hosts = [...new Set(routes.rules.flatMap((rule) => rule.hosts))].sort();
  const request = readAccessQuestion({ ip, path, host }, hosts);
  if ("problem" in request) throw new BadInputError(request.problem, { remedy: request.remedy });
  return request;
}

function tokenClient({ clients }: RoutedSettings, question: Question): string | undefined {
  const name = question["token-client"];
  if (name === undefined || clients.some((client) => client.name === name)) return name;
  throw new BadInputError(`--token-client names ${name}, and sekisho:clients has no such client.`, {
    remedy: `Give one of ${clients.map((client) => client.name).join(", ")}.`,
  });
}

// Undefined on a Node that is too old, which runRunbook then says.
if (import.meta.main !== false) await runRunbook(explainAccessRunbook);
