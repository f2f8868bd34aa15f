import type { MfaFactor } from "../state.ts";
import { deliverCode, drawCode } from "./codes.ts";
import { nextCustomStep } from "./custom-steps.ts";
import { decideMfaStep, poolFactors } from "./factors.ts";
import { grantSignIn } from "./grant.ts";
import type { ChallengeName } from "./registry.ts";
import { openSession } from "./sessions.ts";
import type { SignIn, SignInStep } from "./sign-in.ts";

/** After a right password: a new one first where it was temporary, then MFA, then tokens. */
export async function stepAfterPassword(signIn: SignIn): Promise<SignInStep> {
  return signIn.user.status === "FORCE_CHANGE_PASSWORD" ? askForPassword(signIn) : stepToMfa(signIn);
}

/** The second factor of this user, or tokens where none is asked for. */
export async function stepToMfa(signIn: SignIn): Promise<SignInStep> {
  const step = decideMfaStep(signIn.pool, signIn.user);
  switch (step.kind) {
    case "done":
      return stepAfterFactors(signIn);
    case "factor":
      return askForFactor(signIn, step.factor);
    case "choose":
      return challenge(
        signIn,
        { name: "SELECT_MFA_TYPE", choices: step.factors },
        { MFAS_CAN_CHOOSE: JSON.stringify(step.factors) },
      );
    case "set-up":
      return challenge(
        signIn,
        { name: "MFA_SETUP" },
        {
          MFAS_CAN_SETUP: JSON.stringify(poolFactors(signIn.pool).filter((factor) => factor !== "SMS_MFA")),
        },
      );
  }
}

/** Tokens, or what the pool's own functions ask for besides. */
export async function stepAfterFactors(signIn: SignIn): Promise<SignInStep> {
  return signIn.custom === undefined ? grantSignIn(signIn) : nextCustomStep(signIn);
}

/** Asks for one factor; for SMS and e-mail that sends the code, valid as long as the session. */
export async function askForFactor(signIn: SignIn, factor: MfaFactor): Promise<SignInStep> {
  if (factor === "SOFTWARE_TOKEN_MFA") {
    return challenge(signIn, { name: factor }, { FRIENDLY_DEVICE_NAME: "" });
  }
  const { world, pool, client, user, metadata } = signIn;
  const code = drawCode(world);
  const attribute = factor === "SMS_MFA" ? "phone_number" : "email";
  const occasion = { source: "Authentication", clientId: client.id, metadata } as const;
  const delivery = await deliverCode(world, pool, user, { kind: "mfa", attribute, code, occasion });
  return challenge(
    signIn,
    { name: factor, code },
    {
      CODE_DELIVERY_DELIVERY_MEDIUM: delivery.DeliveryMedium,
      CODE_DELIVERY_DESTINATION: delivery.Destination,
    },
  );
}

/** Required attributes the user still lacks are asked for together with the password. */
function askForPassword(signIn: SignIn): SignInStep {
  const { pool, user } = signIn;
  const missing = [...pool.schema.values()]
    .filter(({ name, isRequired }) => isRequired && name !== "sub" && user.attributes[name] === undefined)
    .map(({ name }) => `userAttributes.${name}`);
  return challenge(
    signIn,
    { name: "NEW_PASSWORD_REQUIRED" },
    {
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(user.attributes),
    },
  );
}

interface NewChallenge {
  name: ChallengeName;
  code?: string;
  choices?: readonly MfaFactor[];
}

function challenge(
  { world, pool, client, user, custom, isPasswordNew, isOnPages }: SignIn,
  opened: NewChallenge,
  parameters: Record<string, string>,
): SignInStep {
  return {
    ChallengeName: opened.name,
    Session: openSession(world, client, {
      ...opened,
      poolId: pool.id,
      user,
      custom,
      isPasswordNew,
      isOnPages,
    }),
    ChallengeParameters: { USER_ID_FOR_SRP: user.username, ...parameters },
  };
}
