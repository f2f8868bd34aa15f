import { describe, expect, test } from "vitest";
import { createHandler, type Membership } from "../../../infra/triggers/post-confirmation.ts";
import { POOL_ID, postConfirmation, SUB } from "../../support/trigger-events.ts";

function confirmations(failure?: Error) {
  const memberships: Membership[] = [];
  const handler = createHandler({
    readText: () => JSON.stringify({ group: "members" }),
    addToGroup: async (membership) => {
      memberships.push(membership);
      if (failure) throw failure;
    },
  });
  return { handler, memberships };
}

describe("who confirms a sign-up", () => {
  test("becomes a member of the group, in the pool that asked", async () => {
    const { handler, memberships } = confirmations();
    const event = postConfirmation("PostConfirmation_ConfirmSignUp");
    expect(await handler(structuredClone(event))).toEqual(event);
    expect(memberships).toEqual([{ userPoolId: POOL_ID, userName: SUB, group: "members" }]);
  });

  test("is told whom to ask when that failed, and the log has the cause", async () => {
    const cause = new Error("no such group");
    const { handler } = confirmations(cause);
    const failure = await handler(postConfirmation("PostConfirmation_ConfirmSignUp")).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      message:
        "登録は完了しましたが、権限の設定に失敗しました。管理者にお問い合わせください。Signed up, but not yet permitted; ask an administrator.",
      cause,
    });
  });
});

describe("who confirms a forgotten password", () => {
  test("keeps the groups there are: after a restore everybody does it, and nobody is let into anything by it", async () => {
    const { handler, memberships } = confirmations(new Error("must not be called"));
    const event = postConfirmation("PostConfirmation_ConfirmForgotPassword");
    expect(await handler(structuredClone(event))).toEqual(event);
    expect(memberships).toEqual([]);
  });
});
