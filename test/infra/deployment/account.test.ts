import { describe, expect, test } from "vitest";
import { findAccount, NoAccountError } from "../../../infra/deployment/account.ts";

describe("the account that the program deploys to", () => {
  test("is what AWS says", async () => {
    expect(await findAccount(async () => ({ accountId: "123456789012" }))).toBe("123456789012");
  });

  test("is asked for in one line when nobody is signed in, with what AWS said", async () => {
    const cause = new Error(
      "unable to validate AWS credentials.\nDetails: No valid credential sources found.",
    );
    const refused = findAccount(() => Promise.reject(cause));
    await expect(refused).rejects.toBeInstanceOf(NoAccountError);
    await expect(refused).rejects.toMatchObject({
      message:
        "AWS did not say which account this is; sign in (aws sso login, AWS_PROFILE) and run again. " +
        "It said: unable to validate AWS credentials. Details: No valid credential sources found.",
      cause,
    });
  });
});
