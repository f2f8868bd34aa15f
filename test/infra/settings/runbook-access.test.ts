import { describe, expect, test } from "vitest";
import { goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

const one = "the ARN of a role or a user, such as arn:aws:iam::123456789012:role/ops";

describeRefusals("access to runbooks", [
  [
    "nobody",
    [[["runbookAccess", "principals"], []]],
    "sekisho:runbookAccess.principals",
    "is empty; give at least one of: ARNs of roles or users",
  ],
  [
    "everybody",
    [[["runbookAccess", "principals"], ["*"]]],
    "sekisho:runbookAccess.principals[0]",
    `must be ${one}, not "*"`,
  ],
  [
    "a whole account",
    [[["runbookAccess", "principals"], ["arn:aws:iam::123456789012:root"]]],
    "sekisho:runbookAccess.principals[0]",
    `must be ${one}, not "arn:aws:iam::123456789012:root"`,
  ],
  [
    "every role of an account",
    [[["runbookAccess", "principals"], ["arn:aws:iam::123456789012:role/*"]]],
    "sekisho:runbookAccess.principals[0]",
    `must be ${one}, not "arn:aws:iam::123456789012:role/*"`,
  ],
  [
    "a boundary that is a name",
    [[["runbookAccess", "boundary"], "boundary"]],
    "sekisho:runbookAccess.boundary",
    'must be the ARN of a policy, such as arn:aws:iam::123456789012:policy/boundary, not "boundary"',
  ],
]);

describe("access to runbooks", () => {
  test("takes a second factor when nobody says otherwise", () => {
    const principals = ["arn:aws:iam::123456789012:role/ops"];
    expect(goodSettings([["runbookAccess"], { principals }]).runbookAccess).toEqual({
      principals,
      requireMfa: true,
      requireSourceIdentity: false,
    });
  });
});

describeWarnings("backups", [
  [
    "users whom nothing backs up",
    ["schedule", "timezone", "quotaShare", "runOn", "logRetentionDays"].map(
      (key) => [["backup", key], undefined] as const,
    ),
    "sekisho:backup",
    "has no schedule: nothing backs the users up unless somebody runs back-up-users; add schedule and timezone",
  ],
  [
    "failures that nobody hears of",
    [[["alarms"], undefined]],
    "sekisho:backup.schedule",
    "runs without sekisho:alarms: nobody hears when backups fail, stay away or cannot be read back; add sekisho:alarms.email",
  ],
]);
