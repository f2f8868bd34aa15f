import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { type FaultPlan, faultRuleShape } from "../faults.ts";
import type { QuotaLimiter } from "../quotas.ts";
import { verificationShape } from "../services/email-identities.ts";
import { type Answer, written } from "./answers.ts";
import type { History } from "./history.ts";
import type { Services } from "./services.ts";

/** What the control routes reach. */
export interface ControlledWorld {
  region: string;
  account: string;
  services: Services;
  history: History;
  faults: FaultPlan;
  quotas: QuotaLimiter;
  /** What else `health` tells, such as the process id. */
  about: Readonly<Record<string, unknown>>;
}

export interface ControlRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  readJson: () => Promise<unknown>;
}

const PREFIX = "/_sekisho/";

export function isControlPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/**
 * Answers a control request: JSON in, JSON out, no signature. Throws an AwsFault that says what was wrong with it. A
 * request that a web page could have sent (an Origin, a foreign Host) is refused.
 */
export async function answerControlRequest(request: ControlRequest, world: ControlledWorld): Promise<Answer> {
  if (request.headers.origin !== undefined || !isLoopbackHost(request.headers.host)) {
    throw new AwsFault("Forbidden", "Control routes answer programs on this machine only.", { status: 403 });
  }
  const [, , first = "", ...rest] = request.url.pathname.split("/");
  const route = routes[`${request.method} ${first}${rest.length > 0 ? "/…" : ""}`];
  if (route === undefined) {
    const known = Object.keys(routes).map((line) => line.replace(" ", ` ${PREFIX}`));
    throw new AwsFault(
      "NotFound",
      `There is no ${request.method} ${request.url.pathname}; use ${known.join(", ")}.`,
      {
        status: 404,
      },
    );
  }
  const output = await route(world, request, rest.map(decodeURIComponent));
  return written(200, { "content-type": "application/json" }, JSON.stringify(output));
}

type Route = (world: ControlledWorld, request: ControlRequest, rest: readonly string[]) => unknown;

const inRegion = { region: z.string().optional() };

const routes: Readonly<Record<string, Route>> = {
  "GET health": ({ region, account, about }) => ({ status: "ok", region, account, ...about }),

  "GET history": ({ history }) => ({ entries: history.entries }),
  "DELETE history": ({ history }) => {
    history.clear();
    return {};
  },

  "GET faults": ({ faults }) => ({
    rules: faults.rules.map(({ rule, seen, fired }) => ({ rule, seen, fired })),
  }),
  "POST faults": async ({ faults }, request) => {
    const oneOrMore = z.preprocess(
      (value) => (Array.isArray(value) ? value : [value]),
      z.array(faultRuleShape),
    );
    const rules = await readBody(request, oneOrMore);
    for (const rule of rules) faults.add(rule);
    return { added: rules.length };
  },
  "DELETE faults": ({ faults }) => {
    faults.clear();
    return {};
  },

  "GET quotas": ({ quotas }) => quotas.settings,
  "POST quotas": async ({ quotas }, request) => {
    const settings = await readBody(
      request,
      z.strictObject({ isEnforced: z.boolean(), rates: z.record(z.string(), z.number()).optional() }),
    );
    try {
      quotas.configure({ isEnforced: settings.isEnforced, rates: settings.rates ?? {} });
    } catch (cause) {
      if (cause instanceof RangeError) throw new AwsFault("BadRequest", cause.message, { cause });
      throw cause;
    }
    return quotas.settings;
  },

  "POST seed-users": async ({ services, region }, request) => {
    const input = await readBody(
      request,
      z.strictObject({ poolId: z.string(), users: z.array(z.looseObject({})), ...inRegion }),
    );
    const pools = services.userPools(input.region ?? region);
    if (pools.seedUsers === undefined)
      throw new AwsFault("NotImplemented", "These user pools cannot be seeded.");
    return { subs: pools.seedUsers(input.poolId, input.users) };
  },
  "GET messages": ({ services, region }) => ({ messages: services.userPools(region).messages ?? [] }),

  "POST email-identities/…": async ({ services, region }, request, [name = "", verb]) => {
    if (verb !== "verify")
      throw new AwsFault("NotFound", "Use email-identities/<domain>/verify.", { status: 404 });
    const { region: asked, ...input } = await readBody(request, verificationShape.extend(inRegion));
    services.emailIdentities(asked ?? region).verify(name, input.status);
    return {};
  },
  "POST email-account": async ({ services, region }, request) => {
    const input = await readBody(request, z.strictObject({ isInSandbox: z.boolean(), ...inRegion }));
    services.emailIdentities(input.region ?? region).account.isInSandbox = input.isInSandbox;
    return {};
  },
  "POST sms-account": async ({ services, region }, request) => {
    const input = await readBody(request, z.strictObject({ isInSandbox: z.boolean(), ...inRegion }));
    services.smsAttributes(input.region ?? region).isInSandbox = input.isInSandbox;
    return {};
  },

  "POST listeners": async ({ services, region }, request) => {
    const input = await readBody(
      request,
      z.strictObject({
        arn: z.string().optional(),
        targetGroupArns: z.array(z.string()).default([]),
        ...inRegion,
      }),
    );
    services.loadBalancers(input.region ?? region).seed(input);
    return {};
  },
};

async function readBody<Shape extends z.ZodType>(
  request: ControlRequest,
  shape: Shape,
): Promise<z.output<Shape>> {
  const result = shape.safeParse(await request.readJson());
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the body"}: ${message}`,
  );
  throw new AwsFault("BadRequest", faults.join("; "), { cause: result.error });
}

function isLoopbackHost(host: string | string[] | undefined): boolean {
  return typeof host === "string" && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}
