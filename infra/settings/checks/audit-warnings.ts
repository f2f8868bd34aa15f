import { type CrossCheck, needing } from "../cross-check.ts";

/** Who signed in can be asked of CloudTrail, which knows no names, or of a log that does. */
export const signInsAreNamed: CrossCheck = needing(["audit"], ({ audit }) =>
  audit && audit.userEvents === "off" && audit.signInLog === "off"
    ? [
        {
          path: "sekisho:audit.signInLog",
          message:
            "is off, and so is userEvents: CloudTrail writes down ids of users, no names and no failed names; set signInLog: trigger, or userEvents: log with the plan plus",
        },
      ]
    : [],
);

/** An existing trail may be anybody's: what it must record is said, because nothing here can see it. */
export const existingTrailRecordsEnough: CrossCheck = needing(["audit"], ({ audit }) =>
  audit?.trail.kind === "existing" && audit.trail.location === undefined
    ? [
        {
          path: "sekisho:audit.trail",
          message:
            "is existing, and nothing says where: name the folder of its logs in trailLocation (aws cloudtrail describe-trails; it must record management events, reads and writes, of all Regions), or set trail: create",
        },
      ]
    : [],
);

/** EventBridge hears of calls to AWS only where a trail records them. */
export const callAlarmsHaveTrail: CrossCheck = ({ alarms, audit }) =>
  alarms && !audit
    ? [
        {
          path: "sekisho:alarms",
          message:
            "tells of deletions only while a trail records this account, and without sekisho:audit nothing says that one does; add it, with trail: existing or create",
        },
      ]
    : [];
