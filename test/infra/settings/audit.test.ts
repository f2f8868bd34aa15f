import { describe, expect, test } from "vitest";
import { readSettings } from "../../../infra/settings.ts";
import { goodSettings, sampleConfig } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

describeRefusals("the evidence of sign-ins", [
  [
    "user events that the plan does not have",
    [[["audit", "userEvents"], "log"]],
    "sekisho:audit.userEvents",
    'needs sekisho:users.tier: plus, and it is essentials; set userEvents: "off" and signInLog: trigger, or change the tier',
  ],
  [
    "evidence that anybody may delete",
    [[["audit", "lock"], "none"]],
    "sekisho:audit.lock",
    "can be none only in a stack with sekisho:disposable: true; take governance (or compliance, which nobody can lift)",
  ],
  [
    "the folder of a trail that is only made now",
    [[["audit", "trail"], "create"]],
    "sekisho:audit.trailLocation",
    "is of a trail that exists; take it out, or set trail: existing",
  ],
  [
    "a trail that is neither there nor made",
    [[["audit", "trail"], "none"]],
    "sekisho:audit.trail",
    'must be one of existing, create, not "none"',
  ],
  [
    "a folder that CloudTrail would not write to",
    [[["audit", "trailLocation"], "s3://example-trail/logs"]],
    "sekisho:audit.trailLocation",
    'must be the folder of the trail\'s logs, such as s3://example-trail/AWSLogs/123456789012/CloudTrail/, not "s3://example-trail/logs"',
  ],
  [
    "a retention CloudWatch does not have",
    [[["audit", "keepDays"], 100]],
    "sekisho:audit.keepDays",
    "must be a retention that CloudWatch Logs has: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not 100",
  ],
  [
    "questions that may read nothing",
    [[["audit", "queryLimitGb"], 0]],
    "sekisho:audit.queryLimitGb",
    "must be a whole number of gigabytes from 1 to 10000, not 0",
  ],
  [
    "a sign-in log of a kind that does not exist",
    [[["audit", "signInLog"], true]],
    "sekisho:audit.signInLog",
    "must be one of off, trigger, not true",
  ],
]);

describeWarnings("the evidence of sign-ins", [
  [
    "a trail that nobody has named",
    [[["audit", "trailLocation"], undefined]],
    "sekisho:audit.trail",
    "is existing, and nothing says where: name the folder of its logs in trailLocation (aws cloudtrail describe-trails; it must record management events, reads and writes, of all Regions), or set trail: create",
  ],
  [
    "sign-ins without names",
    [[["audit", "signInLog"], "off"]],
    "sekisho:audit.signInLog",
    "is off, and so is userEvents: CloudTrail writes down ids of users, no names and no failed names; set signInLog: trigger, or userEvents: log with the plan plus",
  ],
]);

describe("the section audit", () => {
  test("says where logs go, who keeps them and for how long, when nothing else is said", () => {
    expect(goodSettings([["audit"], {}]).audit).toEqual({
      accessLogs: true,
      trail: { kind: "existing" },
      userEvents: "off",
      signInLog: "off",
      keepDays: 365,
      lock: "governance",
      queryLimitGb: 100,
    });
  });

  test("takes a bare off, which older readers of YAML take for false", () => {
    const { audit } = goodSettings([["audit", "userEvents"], false], [["audit", "signInLog"], false]);
    expect(audit).toMatchObject({ userEvents: "off", signInLog: "off" });
  });

  test("locks nothing in a disposable stack, whatever it says", () => {
    const { audit } = goodSettings([["disposable"], true], [["audit", "lock"], "compliance"]);
    expect(audit?.lock).toBe("none");
  });

  test("lets a pool of the plan plus export its sign-ins", () => {
    const { audit } = goodSettings([["users", "tier"], "plus"], [["audit", "userEvents"], "log"]);
    expect(audit?.userEvents).toBe("log");
  });

  test("may be left out, with all it would make", () => {
    const config = sampleConfig([["audit"], undefined]);
    const read = readSettings({ stack: "dev", region: "ap-northeast-1", config });
    expect(read).toHaveProperty("settings");
    expect(read).not.toHaveProperty("settings.audit");
  });
});
