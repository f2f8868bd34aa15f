import type { Client, MfaFactor, Pool, User, World } from "../state.ts";
import { deliverCode, drawCode } from "./codes.ts";
import { decideMfaStep, poolFactors } from "./factors.ts";
import type { ChallengeName } from "./registry.ts";
import { openSession } from "./sessions.ts";
import { grantTokens } from "./tokens.ts";

/** What every sign-in call answers: the next challenge, or tokens. */
export type SignInStep = Record<string, unknown>;

/** After a right password: a new one first where it was temporary, then MFA, then tokens. */
export async function stepAfterPassword(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
): Promise<SignInStep> {
  return user.status === "FORCE_CHANGE_PASSWORD"
    ? askForPassword(world, pool, client, user)
    : stepToMfa(world, pool, client, user);
}

/** The second factor of this user, or tokens where none is asked for. */
export async function stepToMfa(world: World, pool: Pool, client: Client, user: User): Promise<SignInStep> {
  const step = decideMfaStep(pool, user);
  switch (step.kind) {
    case "done":
      return stepToTokens(world, pool, client, user);
    case "factor":
      return askForFactor(world, pool, client, user, step.factor);
    case "choose":
      return challenge(
        world,
        client,
        { name: "SELECT_MFA_TYPE", poolId: pool.id, user, choices: step.factors },
        {
          MFAS_CAN_CHOOSE: JSON.stringify(step.factors),
        },
      );
    case "set-up":
      return challenge(
        world,
        client,
        { name: "MFA_SETUP", poolId: pool.id, user },
        {
          MFAS_CAN_SETUP: JSON.stringify(poolFactors(pool).filter((factor) => factor !== "SMS_MFA")),
        },
      );
  }
}

export async function stepToTokens(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
): Promise<SignInStep> {
  return { ChallengeParameters: {}, AuthenticationResult: await grantTokens(world, pool, client, user) };
}

/** Asks for one factor; for SMS and e-mail that sends the code, valid as long as the session. */
export function askForFactor(
  world: World,
  pool: Pool,
  client: Client,
  user: User,
  factor: MfaFactor,
): SignInStep {
  if (factor === "SOFTWARE_TOKEN_MFA") {
    return challenge(world, client, { name: factor, poolId: pool.id, user }, { FRIENDLY_DEVICE_NAME: "" });
  }
  const code = drawCode(world);
  const attribute = factor === "SMS_MFA" ? "phone_number" : "email";
  const delivery = deliverCode(world, pool, user, "mfa", attribute, code);
  return challenge(
    world,
    client,
    { name: factor, poolId: pool.id, user, code },
    {
      CODE_DELIVERY_DELIVERY_MEDIUM: delivery.DeliveryMedium,
      CODE_DELIVERY_DESTINATION: delivery.Destination,
    },
  );
}

/** Required attributes the user still lacks are asked for together with the password. */
function askForPassword(world: World, pool: Pool, client: Client, user: User): SignInStep {
  const missing = [...pool.schema.values()]
    .filter(({ name, isRequired }) => isRequired && name !== "sub" && user.attributes[name] === undefined)
    .map(({ name }) => `userAttributes.${name}`);
  return challenge(
    world,
    client,
    { name: "NEW_PASSWORD_REQUIRED", poolId: pool.id, user },
    {
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(user.attributes),
    },
  );
}

interface NewChallenge {
  name: ChallengeName;
  poolId: string;
  user: User;
  code?: string;
  choices?: readonly MfaFactor[];
}

function challenge(
  world: World,
  client: Client,
  opened: NewChallenge,
  parameters: Record<string, string>,
): SignInStep {
  return {
    ChallengeName: opened.name,
    Session: openSession(world, client, opened),
    ChallengeParameters: { USER_ID_FOR_SRP: opened.user.username, ...parameters },
  };
}
