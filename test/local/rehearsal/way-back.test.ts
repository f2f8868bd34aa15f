import { describe, expect, it } from "vitest";
import { findWayBack } from "../../../local/rehearsal/way-back.ts";
import { planSeed } from "../../../local/seed/seed-plan.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const seed = planSeed(100);
type Edits = readonly Change[];

describe("the way back of somebody who forgot the password", () => {
  it.each<[string, Edits, string]>([
    ["of the kind cli, which has no secret", [], "cli"],
    [
      "of the kind server, where there is no other",
      [
        [["clients", "cli"], undefined],
        [["awsAccess"], undefined],
      ],
      "backend",
    ],
  ])("leads through a client %s", (_title, edits, client) => {
    expect(findWayBack(goodSettings(...edits), seed)).toMatchObject({
      client: { name: client },
      user: { email: "user-000000@example.com", isEnabled: true },
    });
  });

  it("is there in the smallest directory", () => {
    expect(findWayBack(goodSettings(), planSeed(1))).toMatchObject({ client: { name: "cli" } });
  });

  it.each<[string, Edits, string]>([
    [
      "only administrators reset passwords",
      [[["users", "recovery"], ["admin"]]],
      "only an administrator resets passwords",
    ],
    [
      "every client signs in on the page",
      [
        [["clients", "cli"], undefined],
        [["clients", "backend"], undefined],
        [["awsAccess"], undefined],
      ],
      "the stack has no client that programs sign people in with",
    ],
  ])("is not there where %s", (_title, edits, obstacle) => {
    expect(findWayBack(goodSettings(...edits), seed)).toEqual({ obstacle });
  });

  it("is not there for those whose address or number is not verified, or who are disabled", () => {
    const created = seed.created.filter(
      ({ attributes, isEnabled }) =>
        !isEnabled || attributes.email_verified === "false" || attributes.phone_number_verified === "false",
    );
    expect(created.length).toBeGreaterThan(20);
    expect(findWayBack(goodSettings(), { created })).toEqual({
      obstacle: "nobody has both a verified address and number",
    });
  });
});
