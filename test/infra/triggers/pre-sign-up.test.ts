import { describe, expect, test } from "vitest";
import { createHandler } from "../../../infra/triggers/pre-sign-up.ts";
import { preSignUp } from "../../support/trigger-events.ts";

const handler = createHandler(() => JSON.stringify({ mailDomains: ["example.com"] }));
const broken = createHandler(() => {
  throw new Error("no file");
});

const REFUSAL = "このメールアドレスでは登録できません。This mail address cannot sign up.";

describe("signing up", () => {
  test.each(["PreSignUp_SignUp", "PreSignUp_ExternalProvider"] as const)(
    "with an address of an allowed domain goes on, confirmed by nobody but the user: %s",
    async (source) => {
      const event = preSignUp(source, { email: "hanako@example.com" });
      expect(await handler(structuredClone(event))).toEqual(event);
    },
  );

  test.each([
    ["PreSignUp_SignUp", { email: "mallory@example.org" }],
    ["PreSignUp_SignUp", { phone_number: "+819012345678" }],
    ["PreSignUp_ExternalProvider", { email: "mallory@example.org" }],
  ] as const)(
    "with any other address is refused, in a sentence that names no domain: %s %j",
    async (source, attributes) => {
      const refusal = await handler(preSignUp(source, attributes)).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ message: REFUSAL });
    },
  );

  test("is refused while the domains cannot be read, rather than open to everybody", async () => {
    await expect(broken(preSignUp("PreSignUp_SignUp", { email: "hanako@example.com" }))).rejects.toThrow(
      "no file",
    );
  });

  test("is refused from a source that nobody knows yet", async () => {
    const event = preSignUp("PreSignUp_SignUp", { email: "hanako@example.com" });
    const later = JSON.parse(JSON.stringify({ ...event, triggerSource: "PreSignUp_Later" }));
    await expect(handler(later)).rejects.toThrow(REFUSAL);
  });
});

describe("a user whom an administrator makes", () => {
  test.each([
    ["with an address of another domain", { email: "partner@example.org" }],
    ["without an address", { phone_number: "+819012345678" }],
  ])("is let through untouched %s, so that no restore is blocked", async (_what, attributes) => {
    const event = preSignUp("PreSignUp_AdminCreateUser", attributes);
    expect(await handler(structuredClone(event))).toEqual(event);
    expect(await broken(structuredClone(event))).toEqual(event);
  });
});
