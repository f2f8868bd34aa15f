import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { type AwsCaller, createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings } from "../runtime/aws-clients.ts";
import { foreignAnswer, translateAwsError } from "../runtime/aws-errors.ts";
import {
  BadInputError,
  CredentialsError,
  NotFoundError,
  RemoteError,
  type RunbookErrorOptions,
} from "../runtime/errors.ts";
import { isLoopback } from "../runtime/loopback-host.ts";

export interface UnsignedSettings {
  region: string;
  /** AWS_ENDPOINT_URL is looked at, and nothing else: no other variable and no AWS profile leads these calls elsewhere. */
  env: Readonly<Record<string, string | undefined>>;
  /**
   * Attempts per call, the first included; 3 unless given. 1 for what must be sent once only, such as the code of an
   * authenticator.
   */
  maxAttempts?: number;
}

/** Seconds one attempt may wait: somebody waits in front of a terminal, or a program does for its credentials. */
const ATTEMPT_SECONDS = { connect: 3, answer: 8 };

/** Longest time one call of the sign-in may take, all its attempts included. */
export const SIGN_IN_CALL_SECONDS = 25;

/**
 * A client for the calls that people make for themselves: none is ever signed, and no AWS credentials of this machine
 * are looked for, because its users have none (Amazon Cognito user pools API Reference, "Public operations"). Throws
 * BadInputError where AWS_ENDPOINT_URL is no address, or one that others could listen to.
 */
export function openUserPoolClient(settings: UnsignedSettings): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient(unsigned(settings, "cognito-idp"));
}

/** The same for GetId and GetCredentialsForIdentity (Amazon Cognito Federated Identities API Reference). */
export function openIdentityPoolClient(settings: UnsignedSettings): CognitoIdentityClient {
  return new CognitoIdentityClient(unsigned(settings, "cognito-identity"));
}

/** Makes calls with those clients: each has a deadline, and its refusals a meaning (translateSignInError). */
export function createSignInCaller(signal: AbortSignal, seconds: number = SIGN_IN_CALL_SECONDS): AwsCaller {
  return createAwsCaller(signal, seconds, translateSignInError);
}

/** Cognito answered and refused what a person asked for; `awsName` is its exception name. */
export class SignInRefusedError extends CredentialsError {
  readonly awsName: string;

  constructor(awsName: string, message: string, options: RunbookErrorOptions) {
    super(message, options);
    this.awsName = awsName;
  }
}

/**
 * What an SDK error means to somebody without AWS rights. Refusals are SignInRefusedError, for their callers to put in
 * words; the rest is as translateAwsError says, in words of a sign-in.
 */
export function translateSignInError(cause: unknown, what: string): unknown {
  if (!(cause instanceof Error)) return cause;
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (THROTTLING.has(cause.name) || status === 429) {
    return new RemoteError(`${what}: too many requests (${cause.name}).`, {
      remedy: "Wait a minute and run it again.",
      cause,
    });
  }
  if (cause.name === "ResourceNotFoundException") {
    return new NotFoundError(`${what}: it is not there any more (${cause.name}).`, {
      remedy: "Ask for a new sign-in file and run npm run configure-profile with it.",
      cause,
    });
  }
  if (REFUSALS.has(cause.name)) {
    return new SignInRefusedError(cause.name, `${what}: refused (${cause.name}: ${cause.message}).`, {
      cause,
    });
  }
  const error = translateAwsError(cause, what);
  // There are no AWS credentials that could lack something.
  if (error instanceof CredentialsError) {
    return new CredentialsError(`${what}: something on the way refused it (${cause.name}).`, {
      remedy: "Try it from the network that may sign in.",
      cause,
    });
  }
  // Not even the SDK's own words for an answer it cannot read: they may hold a part of it.
  return error === cause && "$response" in cause ? foreignAnswer(what, cause) : error;
}

function unsigned({ region, env, maxAttempts = 3 }: UnsignedSettings, service: string) {
  return {
    ...clientSettings({ region, maxAttempts, attemptSeconds: ATTEMPT_SECONDS }),
    // Always told: else the SDK asks AWS_ENDPOINT_URL_<service> and the AWS profile (AWS SDKs and Tools Reference Guide,
    // "Service-specific endpoints"), and passwords and refresh tokens would go there. It takes neither of the two
    // variants together with an endpoint.
    endpoint: readEndpoint(env.AWS_ENDPOINT_URL) ?? `https://${service}.${region}.amazonaws.com`,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    // The only way to authenticate that these clients know is none.
    httpAuthSchemes: [NO_AUTH],
    httpAuthSchemeProvider: () => [{ schemeId: NO_AUTH.schemeId }],
    credentials: refuseCredentials,
    region,
  };
}

/** Without TLS only to this very machine: what these calls send, nobody on the way may read. */
function readEndpoint(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname))) return text;
  throw new BadInputError("AWS_ENDPOINT_URL is no https address; a sign-in goes nowhere else.", {
    remedy: "Unset it, or give an https address, or http on this machine.",
  });
}

/** Leaves a request as it is (Smithy specification, trait optionalAuth). */
const NO_AUTH = {
  schemeId: "smithy.api#noAuth",
  identityProvider: () => async () => ({}),
  signer: { sign: async <Request>(request: Request) => request },
};

async function refuseCredentials(): Promise<never> {
  throw new Error("A call of the sign-in asked for AWS credentials.");
}

const THROTTLING = new Set(["LimitExceededException", "ThrottlingException", "TooManyRequestsException"]);

/** What Cognito refuses a person with (API Reference, the errors of the public operations). */
const REFUSALS = new Set([
  "AliasExistsException",
  "CodeDeliveryFailureException",
  "CodeMismatchException",
  "EnableSoftwareTokenMFAException",
  "ExpiredCodeException",
  "ForbiddenException",
  "InvalidIdentityPoolConfigurationException",
  "InvalidParameterException",
  "InvalidPasswordException",
  "NotAuthorizedException",
  "PasswordHistoryPolicyViolationException",
  "PasswordResetRequiredException",
  "RefreshTokenReuseException",
  "ResourceConflictException",
  "SoftwareTokenMFANotFoundException",
  "TooManyFailedAttemptsException",
  "UnauthorizedException",
  "UnsupportedTokenTypeException",
  "UserLambdaValidationException",
  "UserNotConfirmedException",
  "UserNotFoundException",
  "UsernameExistsException",
]);
