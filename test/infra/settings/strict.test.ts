import { describe, expect, test } from "vitest";
import { type Change, goodSettings, readSample } from "../../support/sample-settings.ts";
import { describeRefusals, type Refusal } from "../../support/settings-refusals.ts";

/** The sample with the preset strict, which chooses the plan itself; what guards AWS roles from strangers is not asked here. */
const STRICT: readonly Change[] = [
  [["preset"], "strict"],
  [["users", "tier"], undefined],
  [["awsAccess", "allowSelfSignUp"], true],
];

const rows: [title: string, change: Change, path: string, message: string, ending?: string][] = [
  ["optional MFA", [["mfa", "mode"], "optional"], "sekisho:mfa.mode", "must be required"],
  [
    "accounts that people make themselves",
    [["users", "selfSignUp"], true],
    "sekisho:users.selfSignUp",
    "must be false",
  ],
  [
    "a plan without threat protection",
    [["users", "tier"], "essentials"],
    "sekisho:users.tier",
    "must be plus",
    " (threat protection needs it); set tier: plus, or take tier out",
  ],
  [
    "short passwords",
    [["users", "password", "minLength"], 13],
    "sekisho:users.password.minLength",
    "must be 14 or more",
  ],
  [
    "invitations that work for more than a week",
    [["users", "password", "temporaryValidDays"], 8],
    "sekisho:users.password.temporaryValidDays",
    "must be 7 or fewer",
  ],
  ...["Lowercase", "Uppercase", "Numbers", "Symbols"].map((kind): [string, Change, string, string] => [
    `passwords without ${kind.toLowerCase()}`,
    [["users", "password", `require${kind}`], false],
    `sekisho:users.password.require${kind}`,
    "must be true",
  ]),
  [
    "access tokens of more than an hour",
    [["clients", "cli", "validity"], { access: "61m" }],
    "sekisho:clients.cli.validity.access",
    "must be 1h or less",
  ],
  [
    "ID tokens of more than an hour",
    [["clients", "cli", "validity"], { id: "2h" }],
    "sekisho:clients.cli.validity.id",
    "must be 1h or less",
  ],
  [
    "sign-ins that last more than a month",
    [["clients", "cli", "validity"], { refresh: "31d" }],
    "sekisho:clients.cli.validity.refresh",
    "must be 30d or less",
  ],
  [
    "logs of text messages that are kept for less than a year",
    [["sms", "logRetentionDays"], 180],
    "sekisho:sms.logRetentionDays",
    "must be 365 or more",
  ],
  ["backups without a copy", [["backup", "copyTo"], "none"], "sekisho:backup.copyTo", "must name a Region"],
  ["a sign-in page without a guard", [["guard"], undefined], "sekisho:guard", "must be there"],
  [
    "logs of the guard that are kept for less than a year",
    [["guard", "logRetentionDays"], 180],
    "sekisho:guard.logRetentionDays",
    "must be 365 or more",
  ],
  ["sign-ins without evidence", [["audit"], undefined], "sekisho:audit", "must be there"],
  [
    "requests that are not logged",
    [["audit", "accessLogs"], false],
    "sekisho:audit.accessLogs",
    "must be true",
  ],
  [
    "evidence that is kept for less than a year",
    [["audit", "keepDays"], 180],
    "sekisho:audit.keepDays",
    "must be 365 or more",
  ],
  ["alarms that nobody hears", [["alarms"], undefined], "sekisho:alarms", "must be there"],
];

describeRefusals(
  "the preset strict",
  rows.map(
    ([title, change, path, message, ending = ""]): Refusal => [
      title,
      [...STRICT, change],
      path,
      `${message} with sekisho:preset: strict${ending}`,
    ],
  ),
);

describe("the preset strict", () => {
  test("takes the sample as it is, and the plan with threat protection", () => {
    expect(goodSettings(...STRICT)).toMatchObject({ preset: "strict", users: { tier: "plus" } });
  });

  test("refuses a throw-away stack", () => {
    const result = readSample(...STRICT, [["disposable"], true]);
    expect(result).toMatchObject({
      faults: expect.arrayContaining([
        { path: "sekisho:disposable", message: "must be false with sekisho:preset: strict" },
      ]),
    });
  });

  test.each(rows)("alone refuses %s: the preset baseline does not mind", (_title, change, path) => {
    const result = readSample(change);
    const faults = "faults" in result ? result.faults : [];
    expect(faults.filter((fault) => fault.path === path)).toEqual([]);
  });
});
