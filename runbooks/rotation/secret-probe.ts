import { createHmac } from "node:crypto";
import {
  type AuthFlowType,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { BadInputError, RemoteError } from "../runtime/errors.ts";
import { askWeb, parseReply, type WebPlace } from "../runtime/web-caller.ts";
import type { RotatedClient } from "./client-secrets.ts";

/** What Cognito's answer says about a secret that it was shown. */
export type Verdict = "live" | "dead" | "unknown";

/**
 * Asks Cognito whether it takes a secret of one client; nobody is signed in by it. No yes is believed before a secret that
 * was made up on the spot got a no.
 */
export interface SecretProbe {
  /** Throws RemoteError where the answer leaves it open, and where a secret that was made up is not refused. */
  isLive: (secret: string) => Promise<boolean>;
  /** The same, asked again for a minute as long as the answer is no: a new secret may need a while. */
  becomesLive: (secret: string) => Promise<boolean>;
  /** Whether it becomes live and three answers in a row say so: part of Cognito may know a new secret before the rest. */
  staysLive: (secret: string) => Promise<boolean>;
}

export interface ProbeSource extends WebPlace {
  clientId: string;
  client: RotatedClient;
  /** The host of managed login; undefined where the pool has none. */
  signInHost: string | undefined;
  cognito: CognitoIdentityProviderClient;
  randomBytes: (length: number) => Buffer;
}

/** Chooses how a secret of this client can be tried out. Throws BadInputError where it cannot. */
export function openSecretProbe(source: ProbeSource): SecretProbe {
  const ask = chooseQuestion(source);
  let control: Promise<void> | undefined;
  const isLive = async (secret: string): Promise<boolean> => {
    const { verdict, answer } = await ask(secret);
    if (verdict === "dead") return false;
    if (verdict === "live") {
      control ??= refuseBlindQuestion(source, ask);
      await control;
      return true;
    }
    throw new RemoteError(
      `Whether a secret of client ${source.clientId} is live stays open: Cognito said ${answer}.`,
      {
        remedy: "Run it again; nothing was deleted.",
      },
    );
  };
  const waitForLife = async (secret: string, wanted: number): Promise<boolean> => {
    const waits = WAITS.values();
    for (let inARow = 0; ; ) {
      const isTaken = await isLive(secret);
      inARow = isTaken ? inARow + 1 : 0;
      if (inARow === wanted) return true;
      const seconds = isTaken ? BETWEEN_SECONDS : waits.next().value;
      if (seconds === undefined) return false;
      await source.pause(seconds * 1_000);
    }
  };
  return {
    isLive,
    becomesLive: (secret) => waitForLife(secret, 1),
    staysLive: (secret) => waitForLife(secret, IN_A_ROW),
  };
}

/** Seconds between two questions after a no: a minute in all. */
const WAITS = [1, 2, 4, 8, 15, 30];
const IN_A_ROW = 3;
/** Seconds between two questions after a yes. */
const BETWEEN_SECONDS = 1;

/** A wall in front of Cognito, or a stand-in, may give every secret the same answer: nothing could be told from that. */
async function refuseBlindQuestion(
  { clientId, randomBytes }: Pick<ProbeSource, "clientId" | "randomBytes">,
  ask: Question,
): Promise<void> {
  const { verdict, answer } = await ask(randomBytes(32).toString("hex"));
  if (verdict === "dead") return;
  throw new RemoteError(`A secret of client ${clientId} that was made up is not refused: ${answer}.`, {
    remedy: "Nothing can be proven this way from here; try it from another network.",
  });
}

type Question = (secret: string) => Promise<{ verdict: Verdict; answer: string }>;

function chooseQuestion(source: ProbeSource): Question {
  const { client, signInHost, clientId } = source;
  const isKnownThere = client.oauthFlows.some((flow) => flow === "code" || flow === "client_credentials");
  if (isKnownThere && signInHost !== undefined)
    return (secret) => askTokenEndpoint(source, signInHost, secret);
  const flow = SIGN_IN_FLOWS.find(
    (name) => client.authFlows.includes(`ALLOW_${name}`) || client.authFlows.includes(name),
  );
  if (flow !== undefined) return (secret) => askSignIn(source, flow, secret);
  throw new BadInputError(`Client ${clientId} has no way in by which a secret could be tried out.`, {
    remedy: "Use --way client-swap.",
  });
}

/**
 * The token endpoint, asked with a code that nobody was given: it looks at the client first (Amazon Cognito Developer
 * Guide, "Token endpoint"; RFC 6749, section 5.2).
 */
async function askTokenEndpoint(source: ProbeSource, host: string, secret: string): ReturnType<Question> {
  const { clientId, client } = source;
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    code: source.randomBytes(16).toString("hex"),
    redirect_uri: client.callbackUrls[0] ?? "https://example.com",
  });
  const reply = await askWeb(source, {
    host,
    method: "POST",
    path: "/oauth2/token",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
    },
    body: form.toString(),
  });
  return readTokenAnswer(reply.status, reply.body);
}

/** What the token endpoint's answer to a code of nobody's says about the secret. */
export function readTokenAnswer(status: number, body: string): { verdict: Verdict; answer: string } {
  const error = tokenError.safeParse(parseReply({ body })).data?.error;
  if (status < 400 || status > 499 || error === undefined) {
    return { verdict: "unknown", answer: `status ${status}` };
  }
  if (error === "invalid_client") return { verdict: "dead", answer: error };
  const isLive = error === "invalid_grant" || error === "unauthorized_client";
  return { verdict: isLive ? "live" : "unknown", answer: error };
}

const tokenError = z.object({ error: z.string().regex(/^[a-z_]{1,40}$/) });

/** Unsigned sign-ins that ask for SECRET_HASH; SRP first, because it calls none of the pool's functions for strangers. */
const SIGN_IN_FLOWS = [
  "USER_SRP_AUTH",
  "USER_PASSWORD_AUTH",
  "USER_AUTH",
  "CUSTOM_AUTH",
] as const satisfies AuthFlowType[];

/** A sign-in as somebody who cannot be there (Amazon Cognito Developer Guide, "Computing secret hash values"). */
async function askSignIn(
  { cognito, call, clientId, randomBytes }: ProbeSource,
  flow: (typeof SIGN_IN_FLOWS)[number],
  secret: string,
): ReturnType<Question> {
  const username = `nobody-${randomBytes(16).toString("hex")}`;
  const SECRET_HASH = createHmac("sha256", secret).update(`${username}${clientId}`).digest("base64");
  const input = {
    AuthFlow: flow,
    ClientId: clientId,
    AuthParameters: {
      USERNAME: username,
      SECRET_HASH,
      ...(flow === "USER_SRP_AUTH" && { SRP_A: randomBytes(256).toString("hex") }),
      ...(flow === "USER_PASSWORD_AUTH" && { PASSWORD: randomBytes(16).toString("hex") }),
    },
  };
  try {
    await call(`InitiateAuth on client ${clientId}`, (abortSignal) =>
      cognito.send(new InitiateAuthCommand(input), { abortSignal }),
    );
    return { verdict: "live", answer: "a challenge" };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
    if (cause === undefined) throw error;
    const verdict = readSignInRefusal(cause.name, cause.message);
    if (verdict === "unknown" && cause.name !== NOT_AUTHORIZED) throw error;
    return { verdict, answer: cause.name };
  }
}

const NOT_AUTHORIZED = "NotAuthorizedException";

/** What Cognito's refusal of a sign-in as nobody says about the secret: it looks at the hash before the name. */
export function readSignInRefusal(name: string, message: string): Verdict {
  if (name === "UserNotFoundException") return "live";
  if (name !== NOT_AUTHORIZED) return "unknown";
  if (/secret ?hash/i.test(message)) return "dead";
  return message === "Incorrect username or password." ? "live" : "unknown";
}
