import {
  BadInputError,
  CredentialsError,
  NotFoundError,
  RemoteError,
  RunbookError,
  type RunbookErrorOptions,
} from "./errors.ts";

/** The credentials are good, but lack the right for this call. */
export class AccessDeniedError extends CredentialsError {}

/** AWS answered and refused; `awsName` is its exception name. */
export class AwsRefusalError extends RemoteError {
  readonly awsName: string;

  constructor(awsName: string, message: string, options: RunbookErrorOptions) {
    super(message, options);
    this.awsName = awsName;
  }
}

/** An answer arrived, but it is not what the service's protocol promises (HTML, cut JSON). */
export class MalformedAnswerError extends RemoteError {}

/** The error for an answer that lacks what AWS always sends; `what` says which call on which thing. */
export function foreignAnswer(what: string, cause?: unknown): MalformedAnswerError {
  return new MalformedAnswerError(`${what}: the answer is not what AWS sends.`, {
    remedy: "Check for a proxy in between, and run it again.",
    cause,
  });
}

/** Whether a translated error leaves open if the request arrived and did its work: no good answer told it. */
export function isAnswerLost(error: unknown): boolean {
  return error instanceof RemoteError && !(error instanceof AwsRefusalError);
}

/** Whether a translated error says that a limit of AWS on how many there may be is reached. */
export function isLimitReached(error: unknown): error is RemoteError {
  return (
    error instanceof RemoteError &&
    error.cause instanceof Error &&
    error.cause.name === "LimitExceededException"
  );
}

/** Whether a translated error says that there is no such user; a pool that is not there is also a NotFoundError. */
export function isUserMissing(error: unknown): error is NotFoundError {
  return (
    error instanceof NotFoundError &&
    error.cause instanceof Error &&
    error.cause.name === "UserNotFoundException"
  );
}

/**
 * What an SDK error means to the person who runs the command, decided by the error's name and status, never by its
 * text. `what` says which call on which thing ("ListUsers on pool …"). Anything that is no AWS or network failure
 * comes back as it was.
 */
export function translateAwsError(cause: unknown, what: string): unknown {
  if (cause instanceof RunbookError || !(cause instanceof Error)) return cause;
  const error = readSdkError(cause);
  const text = `${what}: ${error.name}${cause.message ? ` (${cause.message})` : ""}.`;
  if (CLOCK_NAMES.has(error.name)) {
    return new CredentialsError(`${what}: AWS refused the time of this machine (${error.name}).`, {
      remedy: "Set the clock right and run it again.",
      cause,
    });
  }
  if (CREDENTIAL_NAMES.has(error.name)) {
    return new CredentialsError(`${what}: AWS credentials missing, expired or wrong (${error.name}).`, {
      remedy: "Sign in to AWS again, or check AWS_PROFILE.",
      cause,
    });
  }
  if (ACCESS_NAMES.has(error.name) || error.status === 403) {
    return new AccessDeniedError(`${what}: the AWS credentials lack this right (${error.name}).`, {
      remedy: "Use the role meant for this command.",
      cause,
    });
  }
  if (REGION_NAMES.has(error.name) || error.status === 301 || error.status === 307) {
    return new BadInputError(`${what}: it is in another Region (${error.name}).`, {
      remedy: "Check --region.",
      cause,
    });
  }
  // Never by status 404 alone: a proxy or a wrong path says that too, and callers go on without what is not found.
  if (NOT_FOUND_NAMES.has(error.name)) {
    return new NotFoundError(`${what}: not found (${error.name}).`, {
      remedy: "Check the stack and the Region, or deploy it again.",
      cause,
    });
  }
  if (error.isAnswer && cause instanceof SyntaxError) {
    return foreignAnswer(what, cause);
  }
  if (error.isNetwork || (error.status !== undefined && error.status >= 500)) {
    return new RemoteError(`${what}: no good answer after every retry (${error.code ?? error.name}).`, {
      remedy: "Check the network and the Region, and run it again.",
      cause,
    });
  }
  if (THROTTLING_NAMES.has(error.name) || error.status === 429) {
    return new RemoteError(`${what}: AWS kept refusing for too many requests (${error.name}).`, {
      remedy: "Run it again with a smaller --share, or at a quieter time.",
      cause,
    });
  }
  if (error.isAnswer) return new AwsRefusalError(error.name, text, { cause });
  return cause;
}

interface SdkError {
  name: string;
  code: string | undefined;
  status: number | undefined;
  isAnswer: boolean;
  isNetwork: boolean;
}

/** The SDK hangs what it knows on plain errors: `$metadata` and `$response` on answers, `code` on socket failures. */
function readSdkError(error: Error): SdkError {
  const { code, $metadata, $response } = error as {
    code?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
    $response?: { statusCode?: number };
  };
  const socketCode = typeof code === "string" ? code : undefined;
  return {
    name: error.name === "Error" && socketCode ? socketCode : error.name,
    code: socketCode,
    status: $metadata?.httpStatusCode ?? $response?.statusCode,
    isAnswer: $response !== undefined || $metadata?.httpStatusCode !== undefined,
    isNetwork:
      error.name === "TimeoutError" ||
      error.name === "AbortError" ||
      (socketCode !== undefined && NETWORK_CODES.has(socketCode)),
  };
}

const CLOCK_NAMES = new Set(["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]);

const CREDENTIAL_NAMES = new Set([
  "AuthFailure",
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "InvalidToken",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotSignedUp",
  "OptInRequired",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "TokenRefreshRequired",
  "UnrecognizedClientException",
]);

const ACCESS_NAMES = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "Forbidden",
  "NotAuthorizedException",
  "UnauthorizedOperation",
]);

const REGION_NAMES = new Set([
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "PermanentRedirect",
  "TemporaryRedirect",
]);

const NOT_FOUND_NAMES = new Set([
  "NoSuchBucket",
  "NoSuchKey",
  "NotFound",
  "ParameterNotFound",
  "ResourceNotFoundException",
  "UserNotFoundException",
]);

const THROTTLING_NAMES = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);

const NETWORK_CODES = new Set([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ETIMEDOUT",
  "HPE_INVALID_CONSTANT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
