import { describe, expect, it } from "vitest";
import { countUsers, formatPlan } from "../../../runbooks/reimport/plan-text.ts";
import { createPrepared, type PreparedValues } from "../../support/prepared-reimports.ts";

function format(values: PreparedValues = {}, share = 0.5): string[] {
  const { findings, place, seconds } = createPrepared(values);
  return formatPlan({ findings, place, ageSeconds: 3_725, seconds, share });
}

describe("a plan as people read it", () => {
  it("tells target, set, time, cost, functions and losses, one fact a line", () => {
    expect(format()).toEqual([
      "  into          ap-northeast-1_New123456 (sekisho-test-new), which holds 0 users",
      "  from          s3://sekisho-test-backups/ap-northeast-1_Old123456/20261121T030000Z-0a1b2c3d/, 63 min old, 1,240 users",
      "  create        1,234 users: 1,234 by the API, 0 by CSV import",
      "  takes         about 82 s at 50 % of AWS's quotas",
      "  active users  1,234 that AWS bills as active this month (all by API 1,234, as many by CSV as it can carry 0)",
      "  functions     none of the target's is called while users are made",
      "  lost          every password, sub, authenticator, passkey and device; second factors, which are not in this set",
    ]);
  });

  it.each<[string, PreparedValues, string]>([
    [
      "users of an earlier run",
      { plan: { decisions: { resume: 1, done: 20, gone: 2 } } },
      "                1 user go on with, from an earlier run",
    ],
    [
      "users who are there already",
      { plan: { decisions: { done: 20 } } },
      "                20 users there already, by an earlier run",
    ],
    [
      "users whom somebody deleted since",
      { plan: { decisions: { gone: 2 } } },
      "                2 users deleted since an earlier run, not made again",
    ],
    [
      "users who were chosen by name",
      { plan: { named: { ann: 1, bob: 1 } } },
      "  chosen        2 of 1,234 users",
    ],
    [
      "accounts that are overwritten",
      { plan: { decisions: { overwrite: 3 } } },
      "                3 users overwritten by what the set says",
    ],
    [
      "accounts that get their attributes back",
      { plan: { decisions: { repair: 1 } } },
      "                1 user given their attributes back",
    ],
    [
      "accounts that are left alone",
      { plan: { decisions: { standing: 3 } } },
      "                3 users standing there, left alone",
    ],
    [
      "accounts that stop everything",
      { plan: { decisions: { clash: 1_000 } } },
      "                1,000 users standing there, which stops everything",
    ],
    [
      "links",
      { plan: { linked: 7 } },
      '  link          7 users to their identity providers; from now on "forgot password" is a way in for them, too',
    ],
    ["groups", { plan: { groupsToCreate: ["a", "b"] } }, "  groups        2 to create"],
    [
      "people who stay erased",
      { plan: { skipped: { erased: 4, unconfirmed: 0, "not chosen": 0 } } },
      "  erased        4 users stay erased",
    ],
    [
      "people who never confirmed",
      { plan: { skipped: { erased: 0, unconfirmed: 12, "not chosen": 0 } } },
      "  left out      12 users who never confirmed their sign-up and sign up again (--unconfirmed restore brings them back)",
    ],
    [
      "users who cannot come back, by reason",
      {
        plan: {
          impossible: ["1", "2"].map((sub, ordinal) => ({
            ordinal,
            sub,
            username: sub,
            reason: "its email is not an e-mail address",
          })),
        },
      },
      "  impossible    2 users: its email is not an e-mail address",
    ],
    [
      "what an import does not carry",
      { plan: { csvObstacles: new Map([["the row is longer than 16,000 characters", 1]]) } },
      "  not by CSV    1 user: the row is longer than 16,000 characters",
    ],
    [
      "imports, whose speed AWS does not tell",
      { plan: { engines: { csv: 1, api: 0 } } },
      "  takes         about 82 s at 50 % of AWS's quotas; how fast an import job goes AWS does not say",
    ],
    [
      "a function that may refuse people",
      { target: { triggers: ["PreSignUp", "PostConfirmation"] } },
      "  functions     PreSignUp is called for each user made by the API, and may refuse them; no other one is",
    ],
    [
      "functions that are not called",
      { target: { triggers: ["PostConfirmation", "CustomMessage"] } },
      "  functions     none of the target's is called while users are made",
    ],
    [
      "second factors that are lost",
      { hasFactors: true, plan: { lostFactors: { SOFTWARE_TOKEN_MFA: 5, SMS_MFA: 1 } } },
      "  lost          every password, sub, authenticator, passkey and device; SOFTWARE_TOKEN_MFA of 5 users, SMS_MFA of 1 user",
    ],
    [
      "a set in which nobody has a second factor",
      { hasFactors: true },
      "  lost          every password, sub, authenticator, passkey and device; no second factor that the set tells of",
    ],
    [
      "people without a way back",
      { hasFactors: true, plan: { withoutWayBack: 9 } },
      "  lost          every password, sub, authenticator, passkey and device; no second factor that the set tells of; no verified way back for 9 users",
    ],
  ])("has a line about %s", (_, values, line) => {
    expect(format(values)).toContain(line);
  });

  it("lists the first accounts of others, and says that there are more", () => {
    const lines = format({
      plan: { strangers: 2, someStrangers: [{ sub: "1a", created: "2026-11-21T03:00:00.000Z" }] },
    });
    const at = lines.indexOf("  others        2 users of the target, not in the set, who stay:");
    expect(lines.slice(at + 1, at + 3)).toEqual([
      "                1a, created 2026-11-21T03:00:00.000Z",
      "                …",
    ]);
  });

  it("has no line about losses where attributes alone are put back: nobody is made anew", () => {
    const lines = format({ scope: { kind: "attributes", names: ["ann"] } });
    expect(lines.filter((line) => line.startsWith("  lost"))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^ {2}functions /);
  });

  it("tells the share that was chosen", () => {
    expect(format({}, 1)).toContain("  takes         about 82 s at 100 % of AWS's quotas");
  });
});

describe("a number of users", () => {
  it.each([
    [0, "0 users"],
    [1, "1 user"],
    [4_211, "4,211 users"],
  ])("%i is said as %s", (count, text) => {
    expect(countUsers(count)).toBe(text);
  });
});
