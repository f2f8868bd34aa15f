import { describe, expect, it } from "vitest";
import { readIdentities } from "../../../runbooks/reimport/identities.ts";

const google = {
  userId: "1",
  providerName: "Google",
  providerType: "Google",
  issuer: null,
  primary: false,
  dateCreated: 1_735_787_045_678,
};

describe("the identities of a user", () => {
  it.each<[string, string | undefined, ReturnType<typeof readIdentities>]>([
    ["nothing, where there is no such attribute", undefined, []],
    ["nothing, where it is empty", "", []],
    ["nothing, where it lists none", "[]", []],
    [
      "provider and id of each, in order",
      JSON.stringify([google, { ...google, userId: "2" }]),
      [
        { provider: "Google", userId: "1" },
        { provider: "Google", userId: "2" },
      ],
    ],
    [
      "a name in any script",
      JSON.stringify([{ ...google, providerName: "会社", userId: "花子\u2028" }]),
      [{ provider: "会社", userId: "花子\u2028" }],
    ],
    ["that they cannot be read, where it is no JSON", "[{", undefined],
    ["that they cannot be read, where it is no list", JSON.stringify(google), undefined],
    ["that they cannot be read, where one has no id", JSON.stringify([{ ...google, userId: "" }]), undefined],
    ["that they cannot be read, where one has no provider", JSON.stringify([{ userId: "1" }]), undefined],
    [
      "that they cannot be read, where an id is a number",
      JSON.stringify([{ ...google, userId: 1 }]),
      undefined,
    ],
  ])("tell %s", (_, value, identities) => {
    expect(readIdentities(value)).toEqual(identities);
  });
});
