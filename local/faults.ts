import { z } from "zod";

/** Refusals and broken answers that any operation can meet. */
const anywhere = [
  "throttle",
  "429",
  "500",
  "502",
  "503",
  "504",
  "empty-200",
  "html-200",
  "truncated-json",
  "cut-mid-body",
  "cut-chunked-body",
  "reset",
  "fin",
  "hang-before-headers",
  "hang-mid-body",
  "drip",
  "access-denied",
  "expired-credentials",
  "clock-skew",
  "409",
  "412",
  /** Nothing but the listener of the rule: a place to kill the client at. The connection is then reset. */
  "stop-point",
] as const;

/** What can go wrong with one page of a list of users or groups. */
const onPages = [
  "duplicate-page",
  "reordered-page",
  "repeated-token",
  "cyclic-tokens",
  "empty-page",
  "short-page",
  "expired-token",
  "missing-users-array",
  /** The list ends too early: the page comes without the token that leads on. */
  "lost-token",
  /** The list ends too early: an empty page without a token. */
  "empty-end",
] as const;

const onS3 = ["bit-flip", "wrong-region-301"] as const;

/** Every fault the gateway can inject. */
export const faultKinds = [...anywhere, ...onPages, ...onS3] as const;

export type FaultKind = (typeof faultKinds)[number];

/**
 * The 23 faults a reader of pages must survive: after each of them a backup is whole, or it says that it is not.
 * `missing-users-array` is the 24th, a well-formed answer that lacks the list.
 */
export const pageFaultKinds = [
  "throttle",
  "429",
  "500",
  "502",
  "503",
  "504",
  "empty-200",
  "html-200",
  "truncated-json",
  "cut-mid-body",
  "cut-chunked-body",
  "reset",
  "fin",
  "hang-before-headers",
  "hang-mid-body",
  "drip",
  "duplicate-page",
  "reordered-page",
  "repeated-token",
  "cyclic-tokens",
  "empty-page",
  "short-page",
  "expired-token",
] as const satisfies readonly FaultKind[];

export const faultRuleShape = z.strictObject({
  kind: z.enum(faultKinds),
  /** The service's signing name, such as `cognito-idp` or `s3`; absent = any. */
  service: z.string().optional(),
  /** AWS's name for the operation; absent = any. */
  operation: z.string().optional(),
  /** The first matching request to hit, counted from 1 since the rule was added. */
  nth: z.int().positive().optional(),
  /** Every so many matching requests. */
  everyNth: z.int().positive().optional(),
  /** How often the rule may fire: once with `nth`, else without end. */
  count: z.int().positive().optional(),
  /** Whether the service has done its work when the fault strikes; `before-commit` unless given. */
  phase: z.enum(["before-commit", "after-commit"]).optional(),
  /** drip: milliseconds between two bytes, 1,000 unless given. */
  everyMs: z.int().positive().optional(),
  /** clock-skew: how far the answer's clock is ahead (or, negative, behind); one hour unless given. */
  skewMs: z.int().optional(),
  /** bit-flip: which bit of the body turns, counted from 0 and around the end; 0 unless given. */
  bit: z.int().nonnegative().optional(),
});

/** Where and how to break an answer. A rule that cannot apply (no page token yet) waits until it can. */
export type FaultRule = z.infer<typeof faultRuleShape>;

/** What a rule looks at. */
export interface FaultOccasion {
  service: string;
  operation: string;
  /** Of a list: whether the request continues one, and whether the page before did too. */
  page?: { hasToken: boolean; hasEarlierToken: boolean };
}

export interface PlannedFault {
  rule: FaultRule;
  phase: "before-commit" | "after-commit";
  /** The how many-th matching request this is. */
  nth: number;
  /** Tells the listener of the rule, and waits for it. */
  announce: () => Promise<void>;
}

export type FaultListener = (
  occasion: FaultOccasion & { nth: number; phase: string },
) => void | Promise<void>;

/** One rule in force. */
export interface ActiveRule {
  readonly rule: FaultRule;
  /** Requests that matched so far, and how often the rule struck. */
  readonly seen: number;
  readonly fired: number;
}

/** The faults in force. Each request asks once; the first rule that wants it gets it. */
export class FaultPlan {
  #rules: CountedRule[] = [];

  /**
   * Adds a rule; `listener` is called, and waited for, each time it strikes. Throws a ZodError for a malformed rule.
   * The result shows the rule's counters as they move.
   */
  add(rule: FaultRule, listener?: FaultListener): ActiveRule {
    const counted: CountedRule = { rule: faultRuleShape.parse(rule), listener, seen: 0, fired: 0 };
    this.#rules.push(counted);
    return counted;
  }

  clear(): void {
    this.#rules = [];
  }

  get rules(): readonly ActiveRule[] {
    return this.#rules;
  }

  /** The fault this request meets, if any. */
  next(occasion: FaultOccasion): PlannedFault | undefined {
    const matching = this.#rules.filter((counted) => isMatch(counted.rule, occasion));
    for (const counted of matching) counted.seen += 1;
    const due = matching.find((counted) => isDue(counted) && canApply(counted.rule.kind, occasion));
    if (due === undefined) return undefined;
    due.fired += 1;
    const { rule, listener, seen: nth } = due;
    const phase = rule.phase ?? "before-commit";
    return { rule, phase, nth, announce: async () => await listener?.({ ...occasion, nth, phase }) };
  }
}

interface CountedRule {
  rule: FaultRule;
  listener: FaultListener | undefined;
  seen: number;
  fired: number;
}

function isMatch({ service, operation }: FaultRule, occasion: FaultOccasion): boolean {
  return (
    (service === undefined || service === occasion.service) &&
    (operation === undefined || operation === occasion.operation)
  );
}

function isDue({ rule, seen, fired }: CountedRule): boolean {
  const most = rule.count ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
  if (fired >= most || seen < (rule.nth ?? 1)) return false;
  return rule.everyNth === undefined || seen % rule.everyNth === 0;
}

function canApply(kind: FaultKind, { service, page }: FaultOccasion): boolean {
  switch (kind) {
    case "repeated-token":
    case "expired-token":
      return page?.hasToken === true;
    case "cyclic-tokens":
      return page?.hasEarlierToken === true;
    case "bit-flip":
    case "wrong-region-301":
      return service === "s3";
    default:
      return page !== undefined || !(onPages as readonly string[]).includes(kind);
  }
}
