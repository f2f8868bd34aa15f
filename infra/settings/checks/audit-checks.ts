import { type CrossCheck, needing } from "../cross-check.ts";

/**
 * Cognito exports sign-ins from pools with threat protection only, which is part of the plan plus (Amazon Cognito
 * Developer Guide, "Exporting logs from user pools").
 */
export const userEventsFitTier: CrossCheck = needing(["audit", "users"], ({ audit, users }) =>
  audit?.userEvents === "log" && users.tier !== "plus"
    ? [
        {
          path: "sekisho:audit.userEvents",
          message: `needs sekisho:users.tier: plus, and it is ${users.tier}; set userEvents: "off" and signInLog: trigger, or change the tier`,
        },
      ]
    : [],
);

/** Evidence is unlocked only where everything is. */
export const evidenceIsLocked: CrossCheck = needing(["audit", "disposable"], ({ audit, disposable }) =>
  audit?.lock === "none" && !disposable
    ? [
        {
          path: "sekisho:audit.lock",
          message:
            "can be none only in a stack with sekisho:disposable: true; take governance (or compliance, which nobody can lift)",
        },
      ]
    : [],
);
