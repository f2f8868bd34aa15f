import { createHmac } from "node:crypto";
import {
  type ChallengeNameType,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  NotAuthorizedException,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";

/** The client's id and secret, as Secrets Manager has them; `isStale` asks for what is there now. */
export type ReadClient = (isStale: boolean) => Promise<{ clientId: string; clientSecret: string }>;

export type Answer = Pick<
  InitiateAuthCommandOutput,
  "AuthenticationResult" | "ChallengeName" | "ChallengeParameters" | "Session"
>;

/**
 * Signs people in by a client of kind `server`, which has a secret: each call proves it by a hash over the user name that
 * goes with it. After a rotation the old secret is refused, so the new one is read and the call is made once more.
 */
export class ServerSignIn {
  readonly #cognito: Pick<CognitoIdentityProviderClient, "send">;
  readonly #readClient: ReadClient;

  constructor(cognito: Pick<CognitoIdentityProviderClient, "send">, readClient: ReadClient) {
    this.#cognito = cognito;
    this.#readClient = readClient;
  }

  /** The first step: tokens, or a challenge to answer. For a client with `flows: [password]`. */
  begin(username: string, password: string): Promise<Answer> {
    return this.#withSecret(username, (ClientId, SECRET_HASH) =>
      this.#cognito.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: username, PASSWORD: password, SECRET_HASH },
        }),
      ),
    );
  }

  /** The next one; `answers` as the challenge asks, such as `{ SMS_MFA_CODE: "123456" }`, without user name and hash. */
  answer(
    username: string,
    challenge: { ChallengeName: ChallengeNameType; Session: string },
    answers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    return this.#withSecret(username, (ClientId, SECRET_HASH) =>
      this.#cognito.send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ...challenge,
          ChallengeResponses: { ...answers, USERNAME: username, SECRET_HASH },
        }),
      ),
    );
  }

  /** New tokens for a refresh token. Its hash is over the user's own name, which `username` in the access token says. */
  refresh(username: string, refreshToken: string): Promise<Answer> {
    return this.#withSecret(username, (ClientId, SECRET_HASH) =>
      this.#cognito.send(
        new InitiateAuthCommand({
          ClientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: refreshToken, SECRET_HASH },
        }),
      ),
    );
  }

  async #withSecret(
    username: string,
    call: (clientId: string, secretHash: string) => Promise<Answer>,
  ): Promise<Answer> {
    const attempt = async (isStale: boolean) => {
      const { clientId, clientSecret } = await this.#readClient(isStale);
      return call(clientId, secretHash(username, clientId, clientSecret));
    };
    try {
      return await attempt(false);
    } catch (error) {
      if (!isRefusedSecret(error)) throw error;
      return attempt(true);
    }
  }
}

/** Amazon Cognito Developer Guide, Computing secret hash values. */
export function secretHash(username: string, clientId: string, clientSecret: string): string {
  return createHmac("sha256", clientSecret).update(`${username}${clientId}`).digest("base64");
}

// A wrong password has another sentence, and must not be tried twice: it counts against the user.
function isRefusedSecret(error: unknown): boolean {
  return error instanceof NotAuthorizedException && /secret ?hash/i.test(error.message);
}
