import type { NewUser } from "../../runbooks/reimport/user-plan.ts";

/** A user as a re-import is to make them: `user-<number>@example.com` with their former `sub`, and nothing else. */
export function createNewUser(number: number, values: Partial<NewUser> = {}): NewUser {
  const address = `user-${number}@example.com`;
  return {
    ordinal: number,
    oldSub: `old-${number}`,
    name: address,
    attributes: [
      ["email", address],
      ["email_verified", "true"],
      ["custom:legacy_sub", `old-${number}`],
    ],
    isEnabled: true,
    groups: [],
    links: [],
    factors: undefined,
    lostFactors: [],
    engine: "api",
    csvObstacle: undefined,
    ...values,
  };
}
