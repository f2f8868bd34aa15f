import { describe, expect, it } from "vitest";
import { findUserNameFault, isFederated, localUserName } from "../../../runbooks/reimport/user-names.ts";

describe("a user name", () => {
  it.each<[string, string]>([
    ["of one character", "x"],
    ["of 128 characters", "京".repeat(128)],
    ["with signs and digits", "hana+ko_1@example.com"],
    ["with accents put together", "e\u0301ve"],
  ])("%s is taken", (_, name) => {
    expect(findUserNameFault(name)).toBeUndefined();
  });

  const CHARACTERS = "its user name has characters that no user name may have";
  it.each<[string, string, string]>([
    ["of 129 characters", "x".repeat(129), "its user name is longer than 128 characters"],
    ["without any", "", CHARACTERS],
    ["with a blank", "hana ko", CHARACTERS],
    ["with a control character", "hana\u0007ko", CHARACTERS],
    ["with a mark that shows nothing", "hana\u200bko", CHARACTERS],
  ])("%s is not taken, and the reason does not tell it", (_, name, fault) => {
    expect(findUserNameFault(name)).toBe(fault);
  });
});

describe("somebody who comes back", () => {
  const record = { sub: "5a1c", username: "Google_1" };

  it.each(["CONFIRMED", "UNCONFIRMED", "FORCE_CHANGE_PASSWORD"])("keeps the user name: %s", (status) => {
    expect(localUserName({ ...record, status })).toBe("Google_1");
    expect(isFederated({ status })).toBe(false);
  });

  it("is called by the former sub where a provider gave the user name", () => {
    expect(localUserName({ ...record, status: "EXTERNAL_PROVIDER" })).toBe("5a1c");
    expect(isFederated({ status: "EXTERNAL_PROVIDER" })).toBe(true);
  });
});
