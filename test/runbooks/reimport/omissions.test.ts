import { describe, expect, it } from "vitest";
import { acceptedOmissions } from "../../../runbooks/reimport/omissions.ts";

describe("the codes after --accept", () => {
  it("tell which attributes, values and providers are left out", () => {
    expect(
      acceptedOmissions([
        "missing-attribute:custom:old",
        "developer-only:dev:old",
        "legacy-sub",
        "too-long:name",
        "attribute-type:custom:grade",
        "missing-provider:Google",
        "few-ways-back",
      ]),
    ).toEqual({
      attributes: new Set(["custom:old", "dev:old", "custom:legacy_sub"]),
      unfitValues: new Set(["name", "custom:grade"]),
      providers: new Set(["Google"]),
    });
  });

  it("leave nothing out where none is given", () => {
    expect(acceptedOmissions([])).toEqual({
      attributes: new Set(),
      unfitValues: new Set(),
      providers: new Set(),
    });
  });
});
