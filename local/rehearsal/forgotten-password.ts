import {
  AssociateSoftwareTokenCommand,
  type ChallengeNameType,
  type CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  type InitiateAuthResponse,
  RespondToAuthChallengeCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";
import { startSrp } from "../../runbooks/sign-in/srp.ts";
import { computeSecretHash } from "../cognito/sign-in/secret-hash.ts";
import { totpCode } from "../cognito/sign-in/totp.ts";
import { type MessageReader, readCode } from "./message-codes.ts";

/** Somebody who has forgotten the password, and the app client they sign in with. */
export interface ForgottenPassword extends MessageReader {
  cognito: CognitoIdentityProviderClient;
  userPoolId: string;
  clientId: string;
  /** Of clients that have one. */
  clientSecret: string | undefined;
  /** The new one. */
  password: string;
  now(): Date;
}

/**
 * Goes the way of a person who has forgotten the password: asks for a code, sets a new password with it, and signs in
 * with that (SRP) and whatever second factor the pool asks for. Codes are read out of the messages. Resolves with an
 * access token; rejects with Cognito's refusal, or with an IntegrityError where no code comes or no token.
 */
export async function signInAfterReset(person: ForgottenPassword): Promise<string> {
  const { cognito, clientId, email, password } = person;
  const { SECRET_HASH: SecretHash } = hashParameter(person, email);
  const asked = { ClientId: clientId, Username: email, SecretHash };
  await cognito.send(new ForgotPasswordCommand(asked));
  await cognito.send(
    new ConfirmForgotPasswordCommand({
      ...asked,
      Password: password,
      ConfirmationCode: await readCode(person),
    }),
  );
  let step = await provePassword(person);
  for (let steps = 0; step.ChallengeName !== undefined && steps < MOST_STEPS; steps++) {
    step = await answer(person, step, step.ChallengeName);
  }
  const token = step.AuthenticationResult?.AccessToken;
  if (token === undefined) throw new IntegrityError("The sign-in ended without an access token.");
  return token;
}

/** A choice of factors, then one of them: more is never asked. */
const MOST_STEPS = 3;

async function provePassword(person: ForgottenPassword): Promise<InitiateAuthResponse> {
  const { cognito, clientId, userPoolId, email, password, now } = person;
  const srp = startSrp(userPoolId);
  const { ChallengeName, ChallengeParameters, Session } = await cognito.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: "USER_SRP_AUTH",
      AuthParameters: { USERNAME: email, SRP_A: srp.SRP_A, ...hashParameter(person, email) },
    }),
  );
  if (ChallengeName !== "PASSWORD_VERIFIER") throw unknownStep(ChallengeName);
  const proof = srp.prove(ChallengeParameters ?? {}, password, now());
  return cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName,
      Session,
      ChallengeResponses: { ...proof, ...hashParameter(person, proof.USERNAME) },
    }),
  );
}

async function answer(
  person: ForgottenPassword,
  { ChallengeParameters = {}, Session }: InitiateAuthResponse,
  ChallengeName: ChallengeNameType,
): Promise<InitiateAuthResponse> {
  const { cognito, clientId, email } = person;
  const { USER_ID_FOR_SRP: USERNAME = email } = ChallengeParameters;
  const given = await answerFactor(person, ChallengeName, ChallengeParameters, Session);
  return cognito.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName,
      Session: given.session ?? Session,
      ChallengeResponses: { USERNAME, ...given.responses, ...hashParameter(person, USERNAME) },
    }),
  );
}

async function answerFactor(
  person: ForgottenPassword,
  challenge: ChallengeNameType,
  parameters: Readonly<Record<string, string>>,
  session: string | undefined,
): Promise<{ responses: Record<string, string>; session?: string | undefined }> {
  switch (challenge) {
    case "SMS_MFA":
      return { responses: { SMS_MFA_CODE: await readCode(person) } };
    case "EMAIL_OTP":
      return { responses: { EMAIL_OTP_CODE: await readCode(person) } };
    case "SELECT_MFA_TYPE": {
      const [first = ""]: string[] = JSON.parse(parameters.MFAS_CAN_CHOOSE ?? "[]");
      return { responses: { ANSWER: first } };
    }
    case "MFA_SETUP":
      return { responses: {}, session: await registerAuthenticator(person, session) };
    default:
      throw unknownStep(challenge);
  }
}

/** Registers an authenticator app, as everybody must whose old one no backup could hold. */
async function registerAuthenticator(
  { cognito, now }: Pick<ForgottenPassword, "cognito" | "now">,
  session: string | undefined,
): Promise<string | undefined> {
  const { SecretCode = "", Session } = await cognito.send(
    new AssociateSoftwareTokenCommand({ Session: session }),
  );
  const verified = await cognito.send(
    new VerifySoftwareTokenCommand({ Session, UserCode: totpCode(SecretCode, now().getTime()) }),
  );
  return verified.Session;
}

/** What a client with a secret adds to each request. */
function hashParameter(
  { clientId, clientSecret }: ForgottenPassword,
  username: string,
): { SECRET_HASH?: string } {
  return clientSecret === undefined
    ? {}
    : { SECRET_HASH: computeSecretHash(clientSecret, username, clientId) };
}

function unknownStep(challenge: string | undefined): IntegrityError {
  return new IntegrityError(`The sign-in asked for ${challenge}, which is not rehearsed.`);
}
