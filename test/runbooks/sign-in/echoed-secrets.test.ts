import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { homeOf } from "../../../runbooks/sign-in/home.ts";
import { writeSession } from "../../../runbooks/sign-in/session-file.ts";
import { asVerb, type SignInVerb } from "../../../runbooks/sign-in/sign-in-verb.ts";
import { changePasswordVerb } from "../../../runbooks/sign-in/verbs/change-password.ts";
import { confirmVerb } from "../../../runbooks/sign-in/verbs/confirm.ts";
import { credentialsRunbook } from "../../../runbooks/sign-in/verbs/credentials.ts";
import { enrolTotpVerb } from "../../../runbooks/sign-in/verbs/enrol-totp.ts";
import { forgotPasswordVerb } from "../../../runbooks/sign-in/verbs/forgot-password.ts";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import { logoutRunbook } from "../../../runbooks/sign-in/verbs/logout.ts";
import { signUpVerb } from "../../../runbooks/sign-in/verbs/sign-up.ts";
import { whoamiVerb } from "../../../runbooks/sign-in/verbs/whoami.ts";
import { type CommandLineWorld, openCommandLine } from "../../support/sign-in-command.ts";
import { EMAIL, MINUTE } from "../../support/sign-in-world.ts";

/** What Cognito answers to an operation; "echo" refuses it and repeats every value that was sent. */
type Script = Readonly<Record<string, object | "echo">>;

let script: Script = {};
let refusal = "";
let echoes = 0;
let server: Server;
let world: CommandLineWorld;

beforeAll(async () => {
  server = createServer(async (asked, answer) => {
    const operation = String(asked.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const input: unknown = JSON.parse(await text(asked));
    const scripted = script[operation] ?? {};
    if (scripted === "echo") echoes += 1;
    const body = scripted === "echo" ? { __type: refusal, message: valuesOf(input).join(" ") } : scripted;
    answer.writeHead(scripted === "echo" ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    answer.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(async () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  world = await openCommandLine({
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    file: {
      flows: ["srp", "question", "password"],
      awsAccess: {
        identityPoolId: "ap-northeast-1:00000000-0000-4000-8000-000000000000",
        roles: { dev: "arn:aws:iam::123456789012:role/dev" },
        rules: [{ claim: "kind", match: "equals", value: "id", role: "dev" }],
      },
    },
  });
});
afterEach(() => world.close());

function valuesOf(input: unknown): string[] {
  if (typeof input === "string") return [input];
  return typeof input === "object" && input !== null ? Object.values(input).flatMap(valuesOf) : [];
}

const SECRET = "Canary-horse 7";
const OTHER = "Canary-horse 7 or 8";
const CODE = "739184";
const STEP = "canary-step-of-a-sign-in";
const QUESTION = "Canary question?";

/** An unsigned token that lives for an hour, whose every part says what it is. */
function tokenOf(kind: string): string {
  const claims = { exp: 3_600, iat: 0, auth_time: 0, kind };
  return `canary-${kind}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.canary-signature`;
}

const TOKENS = { idToken: tokenOf("id"), accessToken: tokenOf("access"), refreshToken: tokenOf("refresh") };

/** Somebody who has signed in; `minutes` are left of the tokens. */
async function signedIn(minutes = 50): Promise<void> {
  const tokensExpireAt = world.now() + minutes * MINUTE;
  await writeSession(homeOf(world.env, "dev"), { username: EMAIL, ...TOKENS, tokensExpireAt }, undefined);
}

const challenge = (ChallengeName: string, ChallengeParameters: object = {}) => ({
  ChallengeName,
  ChallengeParameters,
  Session: STEP,
});

interface EchoCase {
  what: string;
  verb: SignInVerb;
  argv?: readonly string[];
  script: Script;
  /** Minutes left of the tokens of whoever has signed in. */
  session?: number;
  typed?: readonly string[];
  secrets: readonly string[];
}

const cases: EchoCase[] = [
  {
    what: "the new password and the code of forgot-password",
    verb: forgotPasswordVerb,
    script: { ConfirmForgotPassword: "echo" },
    typed: [EMAIL, CODE, SECRET, SECRET],
    secrets: [SECRET, CODE],
  },
  {
    what: "the password of sign-up",
    verb: signUpVerb,
    script: { SignUp: "echo" },
    typed: [EMAIL, SECRET, SECRET],
    secrets: [SECRET],
  },
  {
    what: "the code of confirm",
    verb: confirmVerb,
    script: { ConfirmSignUp: "echo" },
    typed: [EMAIL, CODE],
    secrets: [CODE],
  },
  {
    what: "both passwords of change-password, one of which begins with the other",
    verb: changePasswordVerb,
    script: { ChangePassword: "echo" },
    session: 50,
    typed: [SECRET, OTHER, OTHER],
    secrets: [SECRET, " or 8", TOKENS.accessToken],
  },
  {
    what: "the password of login --flow password",
    verb: loginVerb,
    argv: ["--flow", "password"],
    script: { InitiateAuth: "echo" },
    typed: [EMAIL, SECRET],
    secrets: [SECRET],
  },
  {
    what: "the new password after an invitation, and the step's own text",
    verb: loginVerb,
    script: { InitiateAuth: challenge("NEW_PASSWORD_REQUIRED"), RespondToAuthChallenge: "echo" },
    typed: [EMAIL, SECRET, SECRET],
    secrets: [SECRET, STEP],
  },
  ...["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"].map((factor) => ({
    what: `the code of ${factor}`,
    verb: loginVerb,
    script: { InitiateAuth: challenge(factor), RespondToAuthChallenge: "echo" } as const,
    typed: [EMAIL, CODE],
    secrets: [CODE, STEP],
  })),
  {
    what: "the answer to the secret question",
    verb: loginVerb,
    argv: ["--flow", "question"],
    script: {
      InitiateAuth: challenge("CUSTOM_CHALLENGE", { step: "answer", question: "Which?" }),
      RespondToAuthChallenge: "echo",
    },
    typed: [EMAIL, SECRET],
    secrets: [SECRET, STEP],
  },
  {
    what: "an answer of two characters",
    verb: loginVerb,
    argv: ["--flow", "question"],
    script: {
      InitiateAuth: challenge("CUSTOM_CHALLENGE", { step: "answer", question: "Which?" }),
      RespondToAuthChallenge: "echo",
    },
    typed: [EMAIL, "ポチ"],
    secrets: ["ポチ", STEP],
  },
  {
    what: "a new secret question and its answer",
    verb: loginVerb,
    argv: ["--flow", "question"],
    script: {
      InitiateAuth: challenge("CUSTOM_CHALLENGE", { step: "register" }),
      RespondToAuthChallenge: "echo",
    },
    typed: [EMAIL, QUESTION, SECRET],
    secrets: [QUESTION, SECRET, STEP],
  },
  {
    what: "the step of an authenticator's set-up",
    verb: loginVerb,
    script: {
      InitiateAuth: challenge("MFA_SETUP", { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }),
      AssociateSoftwareToken: "echo",
    },
    typed: [EMAIL],
    secrets: [STEP],
  },
  {
    what: "the first code of an authenticator",
    verb: loginVerb,
    script: {
      InitiateAuth: challenge("MFA_SETUP", { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' }),
      AssociateSoftwareToken: { SecretCode: "JBSWY3DPEHPK3PXP", Session: STEP },
      VerifySoftwareToken: "echo",
    },
    typed: [EMAIL, CODE],
    secrets: [CODE, STEP],
  },
  {
    what: "the access token of whoami",
    verb: whoamiVerb,
    script: { GetUser: "echo" },
    session: 50,
    secrets: [TOKENS.accessToken],
  },
  ...(["GetUser", "AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference"] as const).map(
    (operation) => ({
      what: `the access token of enrol-totp, at ${operation}`,
      verb: enrolTotpVerb,
      script: {
        AssociateSoftwareToken: { SecretCode: "JBSWY3DPEHPK3PXP" },
        VerifySoftwareToken: { Status: "SUCCESS" },
        [operation]: "echo",
      } as const,
      session: 50,
      typed: [CODE],
      secrets: [TOKENS.accessToken, CODE],
    }),
  ),
  {
    what: "the refresh token of a renewal",
    verb: whoamiVerb,
    script: { GetTokensFromRefreshToken: "echo" },
    session: 0,
    secrets: [TOKENS.refreshToken],
  },
  {
    what: "the refresh token of logout",
    verb: asVerb(logoutRunbook),
    script: { RevokeToken: "echo" },
    session: 50,
    secrets: [TOKENS.refreshToken],
  },
  ...(["GetId", "GetCredentialsForIdentity"] as const).map((operation) => ({
    what: `the ID token of ${operation}`,
    verb: asVerb(credentialsRunbook),
    script: { GetId: { IdentityId: "ap-northeast-1:1" }, [operation]: "echo" } as const,
    session: 50,
    secrets: [TOKENS.idToken],
  })),
];

/** A refusal told in Cognito's words, one after which a password is asked for again, and one that nothing explains. */
const REFUSALS = [
  "UserLambdaValidationException",
  "InvalidPasswordException",
  "InvalidLambdaResponseException",
];

describe("Cognito repeats what it was sent, and no failure shows it, not even with --debug:", () => {
  test.each(cases)("$what", async ({ verb, argv = [], script: answers, session, typed = [], secrets }) => {
    script = answers;
    for (const name of REFUSALS) {
      refusal = name;
      echoes = 0;
      if (session !== undefined) await signedIn(session);
      // Whoever is asked again gives up.
      const rest = Array.from({ length: 4 }, () => undefined);
      const host = await world.run(verb, [...argv, "--debug"], { answers: [...typed, ...rest] });
      expect([name, host.exitCode() === 0, echoes > 0]).toEqual([name, false, true]);
      for (const secret of secrets) expect(host.errors() + host.out()).not.toContain(secret);
    }
  });
});
