import { expect, test } from "vitest";
import { hashPassword, isPassword } from "../../../local/cognito/credentials.ts";
import { call, createPool, openModel } from "./strict-model.ts";

test("keeps the hash SRP derives its verifier from, not the password", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model);
  const Password = "Aa1!correct-horse";
  await call(model, "AdminCreateUser", { UserPoolId, Username: "taro", TemporaryPassword: Password });
  const pool = model.pools.get(UserPoolId);
  const user = pool?.users.find("taro");
  if (pool === undefined || user === undefined) throw new Error("no such user");
  expect(user.credential?.hash).toEqual(hashPassword(UserPoolId, "taro", Password));
  expect(JSON.stringify(user.credential)).not.toContain(Password);
  expect(isPassword(pool, user, Password)).toBe(true);
  expect(isPassword(pool, user, `${Password}x`)).toBe(false);
});

test("ends a temporary password after the days the policy gives it, seven when it gives none", async () => {
  const day = 86_400_000;
  const model = openModel("2026-11-21T00:00:00Z");
  const expiry = async (days: number | undefined) => {
    const PasswordPolicy = { TemporaryPasswordValidityDays: days };
    const UserPoolId = await createPool(model, { Policies: { PasswordPolicy } });
    await call(model, "AdminCreateUser", { UserPoolId, Username: "taro" });
    const credential = model.pools.get(UserPoolId)?.users.find("taro")?.credential;
    return ((credential?.expiresAt ?? 0) - (credential?.setAt ?? 0)) / day;
  };
  expect([await expiry(undefined), await expiry(0), await expiry(30)]).toEqual([7, 7, 30]);
});
