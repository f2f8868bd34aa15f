import { describe, expect, test } from "vitest";
import { poolSchema } from "../../../infra/users/user-attributes.ts";
import { goodSettings } from "../../support/sample-settings.ts";
import { type Change, describeRefusals } from "../../support/settings-refusals.ts";

describeRefusals("attributes of users", [
  [
    "an attribute one letter off a standard one",
    [[["users", "attributes", "emial"], "required"]],
    "sekisho:users.attributes.emial",
    "is not a standard attribute; did you mean email?",
  ],
  [
    "an attribute of one's own without its prefix",
    [[["users", "attributes", "department"], {}]],
    "sekisho:users.attributes.department",
    "is not a standard attribute; your own is written custom: and 1 to 20 letters, digits, _ or -",
  ],
  [
    "a custom name of 21 letters",
    [[["users", "attributes", `custom:${"x".repeat(21)}`], {}]],
    `sekisho:users.attributes.custom:${"x".repeat(21)}`,
    "is not a possible name; take custom: and 1 to 20 letters, digits, _ or -",
  ],
  [
    "a required custom attribute",
    [[["users", "attributes", "custom:team"], "required"]],
    "sekisho:users.attributes.custom:team.required",
    "cannot be true: Cognito never requires a custom attribute",
  ],
  [
    "a required attribute that nobody may write",
    [[["users", "attributes", "email"], { required: true, writableByUser: false }]],
    "sekisho:users.attributes.email.writableByUser",
    "cannot be false: Cognito refuses clients that may not write a required attribute",
  ],
  [
    "a type for a standard attribute",
    [[["users", "attributes", "email"], { type: "string" }]],
    "sekisho:users.attributes.email.type",
    "is fixed for standard attributes; take it out",
  ],
  [
    "a text longer than Cognito keeps",
    [[["users", "attributes", "custom:team"], { max: 2049 }]],
    "sekisho:users.attributes.custom:team.max",
    "must be a length up to 2048",
  ],
  [
    "a text shorter than nothing",
    [[["users", "attributes", "custom:team"], { min: -1 }]],
    "sekisho:users.attributes.custom:team.min",
    "must be a length from 0 up",
  ],
  [
    "a smallest length above the greatest",
    [[["users", "attributes", "custom:team"], { min: 9, max: 8 }]],
    "sekisho:users.attributes.custom:team.min",
    "must not be above max, which is 8",
  ],
  [
    "a length for yes or no",
    [[["users", "attributes", "custom:team"], { type: "boolean", max: 5 }]],
    "sekisho:users.attributes.custom:team.max",
    "does not fit a boolean; take it out",
  ],
  [
    "51 custom attributes",
    Array.from({ length: 50 }, (_, place): Change => [["users", "attributes", `custom:a${place}`], {}]),
    "sekisho:users.attributes",
    "has 51 custom attributes, and a pool takes 50; take some out",
  ],
  [
    "an attribute that is neither settings nor a short form",
    [[["users", "attributes", "nickname"], "yes"]],
    "sekisho:users.attributes.nickname",
    'must be required, optional or a group of settings, not "yes"',
  ],
]);

describe("an attribute of a pool that others made", () => {
  test("may be without limits, because saying one would be a change that AWS refuses", () => {
    const { users } = goodSettings([["users", "attributes", "custom:team"], { min: "none", max: "none" }]);
    const [team] = poolSchema(users.attributes.filter(({ name }) => name === "custom:team"));
    expect(team).toMatchObject({ name: "team", stringAttributeConstraints: {} });
    expect(team?.stringAttributeConstraints).toEqual({});
  });
});
