import { invalidParameter } from "../faults.ts";
import { drawText } from "../identifiers.ts";
import type { World } from "../state.ts";
import type { Metadata } from "../triggers/trigger.ts";
import type { PoolClient } from "./clients.ts";
import { stepAfterPassword } from "./next-step.ts";
import { recordFailure, refuseAfterPassword, refuseBeforePassword } from "./passwords.ts";
import { registryOf } from "./registry.ts";
import { notAuthorized } from "./secret-hash.ts";
import { closeSession, openSession, requireChallenge } from "./sessions.ts";
import { type SignIn, type SignInStep, withStep } from "./sign-in.ts";
import { deriveVerifier, isProof, startExchange } from "./srp.ts";

const HEX = "0123456789abcdef";

/**
 * USER_SRP_AUTH: salt and B for the client's A. A client that hides users gets a challenge for a missing one too, which no
 * proof can answer. The secret block is the session: the proof is made over it and comes back with it.
 */
export function startSrp(signIn: SignIn, clientPublic: string): SignInStep {
  const { world, pool, client, user, isMissing, custom } = signIn;
  const salt = drawText(32, HEX, world.randomBytes);
  const innerHash = user.credential?.hash ?? world.randomBytes(32);
  const secret = drawText(256, HEX, world.randomBytes);
  const exchange = startExchange(clientPublic, salt, secret, deriveVerifier(salt, innerHash));
  if (exchange === undefined)
    throw invalidParameter("SRP_A must be a hexadecimal number that the group's prime does not divide");
  const secretBlock = Buffer.from(world.randomBytes(256)).toString("base64");
  if (!isMissing) {
    const session = openSession(world, client, {
      name: "PASSWORD_VERIFIER",
      poolId: pool.id,
      user,
      srp: exchange,
      custom,
    });
    registryOf(world).secretBlocks.set(secretBlock, session);
  }
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: exchange.serverPublic,
      USERNAME: user.username,
      USER_ID_FOR_SRP: user.username,
    },
  };
}

/** The proof of the password; wrong, replayed and foreign ones get the same refusal. */
export async function answerPasswordVerifier(
  world: World,
  { pool, client }: PoolClient,
  responses: Readonly<Record<string, string>>,
  metadata: Metadata | undefined,
): Promise<SignInStep> {
  const secretBlock = responses.PASSWORD_CLAIM_SECRET_BLOCK ?? "";
  const session = registryOf(world).secretBlocks.get(secretBlock);
  if (session === undefined) throw notAuthorized("Incorrect username or password.");
  const { user, srp, custom } = requireChallenge(world, pool, client.id, session, ["PASSWORD_VERIFIER"]);
  // One try: the exchange is spent whatever comes of it.
  closeSession(world, session);
  registryOf(world).secretBlocks.delete(secretBlock);
  refuseBeforePassword(world, client, user);
  const isRight =
    srp !== undefined &&
    user.credential !== undefined &&
    responses.USERNAME === user.username &&
    isProof(srp, deriveVerifier(srp.salt, user.credential.hash), {
      poolName: pool.id.slice(pool.id.indexOf("_") + 1),
      userId: user.username,
      secretBlock,
      timestamp: responses.TIMESTAMP ?? "",
      signature: responses.PASSWORD_CLAIM_SIGNATURE ?? "",
    });
  if (!isRight) {
    recordFailure(world, user);
    throw notAuthorized("Incorrect username or password.");
  }
  refuseAfterPassword(world, user);
  const signIn = {
    world,
    pool,
    client,
    user,
    isMissing: false,
    metadata,
    custom,
    isPasswordNew: false,
    isOnPages: false,
  };
  return stepAfterPassword(withStep(signIn, "PASSWORD_VERIFIER"));
}
