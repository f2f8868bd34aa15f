import { z } from "zod";
import { AUDIT_KEEP_DAYS, AUDIT_LOCK, QUERY_LIMIT_GB } from "../defaults.ts";
import { logRetention } from "./log-retention.ts";
import { group, oneOf, text, wholeNumber, yesNo } from "./schema.ts";

/** `sekisho:audit`: the evidence of who signed in, and where it is asked for. */
export interface AuditSettings {
  /** Whether requests to the load balancer and to the stack's buckets are logged. */
  accessLogs: boolean;
  trail: TrailSettings;
  /** Whether Cognito writes down each sign-in with its risk; needs the plan plus. */
  userEvents: "off" | "log";
  /** Whether a trigger writes down each sign-in, for plans without user events. */
  signInLog: "off" | "trigger";
  /** How long logs and evidence are kept, in days. */
  keepDays: number;
  /** How the evidence of a trail of our own is locked; `none` only in a disposable stack. */
  lock: "governance" | "compliance" | "none";
  /** What one question to the logs may read, in gigabytes. */
  queryLimitGb: number;
}

/** A trail that records the account already, with the folder of its logs if it is to be asked, or one of our own. */
export type TrailSettings = { kind: "existing"; location?: string } | { kind: "create" };

/** Reads `sekisho:audit`. A disposable stack locks nothing, whatever the section says. */
export function auditSchema(isDisposable: boolean) {
  return group({
    accessLogs: yesNo().default(true),
    trail: oneOf(["existing", "create"]).default("existing"),
    trailLocation: text(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/([\w!.*'()-]+\/)*CloudTrail\/$/,
      "the folder of the trail's logs, such as s3://example-trail/AWSLogs/123456789012/CloudTrail/",
    ).optional(),
    userEvents: bareOff(oneOf(["off", "log"]).default("off")),
    signInLog: bareOff(oneOf(["off", "trigger"]).default("off")),
    keepDays: logRetention().default(AUDIT_KEEP_DAYS),
    lock: oneOf(["governance", "compliance", "none"]).default(AUDIT_LOCK),
    queryLimitGb: wholeNumber(1, 10_000, " of gigabytes").default(QUERY_LIMIT_GB),
  }).transform(({ trail, trailLocation, lock, ...rest }, context): AuditSettings => {
    if (trail === "create" && trailLocation !== undefined) {
      const message = "is of a trail that exists; take it out, or set trail: existing";
      context.addIssue({ code: "custom", path: ["trailLocation"], message });
    }
    const existing = { kind: "existing", ...(trailLocation && { location: trailLocation }) } as const;
    return {
      ...rest,
      trail: trail === "create" ? { kind: "create" } : existing,
      lock: isDisposable ? "none" : lock,
    };
  });
}

/** Readers of the older YAML, some engines among them, take a bare off for false. */
function bareOff<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === false ? "off" : value), schema);
}
