import { describe, expect, it } from "vitest";
import { signInKeys } from "../../../runbooks/reimport/sign-in-keys.ts";
import { createTargetPool } from "../../support/restore-pools.ts";

const user = {
  username: "Hanako",
  attributes: new Map([
    ["email", "Hanako@Example.com"],
    ["email_verified", "true"],
    ["phone_number", "+81312345678"],
    ["phone_number_verified", "false"],
    ["preferred_username", "Hana"],
  ]),
};

describe("what signs a user in", () => {
  it.each<[string, Parameters<typeof createTargetPool>[0], string[]]>([
    ["is the user name", {}, ["Hanako"]],
    ["is the user name without its case, where case does not count", { isCaseSensitive: false }, ["hanako"]],
    [
      "is the user name and the verified address beside it, never a number that nobody verified",
      { aliasAttributes: ["email", "phone_number"] },
      ["Hanako", "email Hanako@Example.com"],
    ],
    [
      "is a preferred user name too, which needs no verification",
      { aliasAttributes: ["preferred_username"], isCaseSensitive: false },
      ["hanako", "preferred_username hana"],
    ],
    [
      "is the address, verified or not, and not the name that Cognito made",
      { usernameAttributes: ["email"], isCaseSensitive: false },
      ["hanako@example.com"],
    ],
    [
      "is address and number where the pool takes both",
      { usernameAttributes: ["email", "phone_number"] },
      ["Hanako@Example.com", "+81312345678"],
    ],
  ])("%s", (_, rules, keys) => {
    expect(signInKeys(createTargetPool(rules), user)).toEqual(keys);
  });

  it("leaves an address out that is not there", () => {
    const rules = createTargetPool({ usernameAttributes: ["email", "phone_number"] });
    expect(signInKeys(rules, { username: "x", attributes: new Map([["email", ""]]) })).toEqual([]);
  });

  it("never takes one user's name for another's address", () => {
    const rules = createTargetPool({ aliasAttributes: ["preferred_username"] });
    const named = (username: string, preferred: string) =>
      signInKeys(rules, { username, attributes: new Map([["preferred_username", preferred]]) });
    expect(named("ann", "bob").filter((key) => named("bob", "ann").includes(key))).toEqual([]);
  });
});
