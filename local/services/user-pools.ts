import { AwsFault } from "../aws-fault.ts";
import type { ImportUpload } from "../cognito/import-jobs/import-upload.ts";
import type { CountedRequest, QuotaLimiter } from "../quotas.ts";
import type { WebAnswer, WebRequest } from "../web-exchange.ts";

/** Cognito user pools of one Region, as the gateway uses them; the strict model is one. */
export interface UserPools {
  /** Resolves with the operation's JSON output, or throws an AwsFault. */
  handle(operation: string, input: unknown, caller: Caller): Promise<unknown>;
  /** Puts users into a pool in any state, past the API. */
  seedUsers?(poolId: string, users: readonly object[]): unknown;
  /** The claims of an ID token, or an AwsFault when it is forged, expired or its user has gone. */
  readIdToken?(token: string): Promise<Readonly<Record<string, unknown>>>;
  /** Takes the file of an import job at its pre-signed address, or throws S3's refusal as an AwsFault. */
  uploadImportFile?(upload: ImportUpload): void;
  /** Answers a request to the sign-in pages and OAuth 2.0 endpoints of a pool, or for its public keys. */
  answerWeb?(request: WebRequest): Promise<WebAnswer>;
  /** Whether a pool has its sign-in pages at this host. */
  isSignInHost?(host: string): boolean;
  /** What would have been sent to users. */
  readonly messages?: readonly object[];
}

/** Who calls: with a signature or without, and at which address of the gateway. */
export interface Caller {
  isSigned: boolean;
  endpoint?: string;
}

/** Refuses a request that exceeds the quotas of Cognito, as Cognito does. */
export function checkQuota(
  limiter: QuotaLimiter,
  { operation, region }: { operation: string; region: string },
  input: unknown,
): void {
  if (!limiter.admit({ operation, region, ...countedBy(input) })) {
    throw new AwsFault("TooManyRequestsException", "Rate exceeded");
  }
}

function countedBy(input: unknown): Pick<CountedRequest, "userPoolId" | "user" | "challenge"> {
  return {
    userPoolId: readText(input, "UserPoolId") ?? readText(input, "ClientId"),
    user: readText(input, "Username") ?? readText(input, "AccessToken"),
    challenge: readText(input, "ChallengeName"),
  };
}

function readText(input: unknown, name: string): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const value: unknown = Reflect.get(input, name);
  return typeof value === "string" ? value : undefined;
}
