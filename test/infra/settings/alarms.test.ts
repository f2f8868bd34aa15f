import { describe, expect, test } from "vitest";
import { goodSettings } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";
import { describeWarnings } from "../../support/settings-warnings.ts";

describeRefusals("alarms", [
  [
    "alarms that nobody hears",
    [[["alarms", "email"], undefined]],
    "sekisho:alarms.email",
    "is missing; give a list of e-mail addresses",
  ],
  [
    "an address that is none",
    [[["alarms", "email"], "ops"]],
    "sekisho:alarms.email[0]",
    'must be an e-mail address such as support@example.com, not "ops"',
  ],
  [
    "the same address twice",
    [
      [
        ["alarms", "email"],
        ["ops@example.com", "ops@example.com"],
      ],
    ],
    "sekisho:alarms.email[1]",
    'repeats "ops@example.com"; take it out',
  ],
  [
    "more addresses than a mailing list should have",
    [[["alarms", "email"], Array.from({ length: 11 }, (_, place) => `ops${place}@example.com`)]],
    "sekisho:alarms.email",
    "has 11 entries; the most is 10",
  ],
  [
    "a share of text messages beyond all of them",
    [[["alarms", "smsSuccessPercent"], 101]],
    "sekisho:alarms.smsSuccessPercent",
    "must be a whole number from 1 to 100, not 101",
  ],
  [
    "secrets that are too old from the start",
    [[["alarms", "secretAgeDays"], 0]],
    "sekisho:alarms.secretAgeDays",
    "must be a whole number from 1 to 3650, not 0",
  ],
]);

describeWarnings("alarms", [
  [
    "alarms on calls that nobody may record",
    [[["audit"], undefined]],
    "sekisho:alarms",
    "tells of deletions only while a trail records this account, and without sekisho:audit nothing says that one does; add it, with trail: existing or create",
  ],
]);

describe("the section alarms", () => {
  test("needs an address and nothing else", () => {
    expect(goodSettings([["alarms"], { email: "ops@example.com" }]).alarms).toEqual({
      emails: ["ops@example.com"],
      smsSuccessPercent: 80,
      signInSuccessPercent: 50,
      secretAgeDays: 180,
    });
  });

  test("takes a list of addresses", () => {
    const email = ["ops@example.com", "oncall@example.com"];
    expect(goodSettings([["alarms", "email"], email]).alarms?.emails).toEqual(email);
  });

  test("may be left out", () => {
    expect(goodSettings([["alarms"], undefined])).not.toHaveProperty("alarms");
  });
});
