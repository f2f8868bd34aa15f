import type {
  AssociateSoftwareTokenCommandOutput,
  VerifySoftwareTokenCommandOutput,
} from "@aws-sdk/client-cognito-identity-provider";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import { drawQrCode, groupSecret, hasColours, otpauthUri } from "./authenticator.ts";
import { describeClock } from "./clock-difference.ts";
import { type Dialogue, giveCode } from "./dialogue.ts";
import type { SignInPlace } from "./sign-in-place.ts";
import { explainRefusal, type RefusedStep } from "./sign-in-refusal.ts";

export interface AuthenticatorSetUp {
  /** Whose codes they will be, as the app shows it. */
  account: string;
  refused: RefusedStep;
  /** Asks Cognito for a new secret. */
  associate: () => Promise<Pick<AssociateSoftwareTokenCommandOutput, "SecretCode">>;
  /** Shows Cognito the first code that was made of it. */
  verify: (code: string) => Promise<Pick<VerifySoftwareTokenCommandOutput, "Status">>;
}

/**
 * Takes somebody through the set-up of an authenticator app: the secret as a QR code and as text, then its first code.
 * The secret is shown on stderr and kept nowhere.
 */
export async function registerAuthenticator(
  { file, clockAhead }: Pick<SignInPlace, "file" | "clockAhead">,
  dialogue: Dialogue,
  { account, refused, associate, verify }: AuthenticatorSetUp,
): Promise<void> {
  const { SecretCode: secret } = await associate().catch((error: unknown) => {
    throw explainRefusal(error, refused);
  });
  if (secret === undefined || !/^[A-Z2-7]+$/.test(secret)) throw foreignAnswer("AssociateSoftwareToken");
  showSecret(dialogue, otpauthUri({ issuer: `Sekisho ${file.stack}`, account, secret }), secret);
  const answer = await giveCode(dialogue, refused, {
    question: "First code that the app shows: ",
    clock: () => describeClock(clockAhead()),
    send: verify,
  });
  if (answer.Status !== "SUCCESS") throw foreignAnswer("VerifySoftwareToken");
}

function showSecret(dialogue: Dialogue, uri: string, secret: string): void {
  const { errorColumns: columns, env } = dialogue;
  const withColours = hasColours(env);
  const picture = drawQrCode(uri, { columns, hasColours: withColours });
  if (picture === undefined) {
    dialogue.progress(
      "The window is too narrow for a QR code: type the key below, or make it wider and start again.",
    );
  } else {
    dialogue.progress("Scan this with the app:");
    dialogue.draw(picture);
    if (!withColours)
      dialogue.progress("It is drawn for a dark window; on a light one, type the key instead.");
  }
  dialogue.progress("Or type this key into the app (time-based, 6 digits):");
  dialogue.progress(groupSecret(secret));
}
