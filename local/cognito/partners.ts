/** Other AWS services that Cognito asks; injected, so that the model itself reaches nothing. */
export interface Partners {
  /** Calls a Lambda function once, as Cognito does on behalf of a user pool. */
  invokeFunction(call: FunctionCall): Promise<Invocation>;
  /** Whether a log group of CloudWatch Logs is encrypted with a key of KMS; one that is not there is not. */
  isEncryptedLogGroup(arn: string): Promise<boolean>;
  /** Appends lines to a stream of CloudWatch Logs, making group and stream where they are missing. */
  writeLog(log: LogLines): Promise<void>;
}

export interface LogLines {
  logGroup: string;
  logStream: string;
  /** As many as there are, oldest first. */
  lines: readonly string[];
  /** Milliseconds since the epoch, of every line. */
  at: number;
}

export interface FunctionCall {
  functionArn: string;
  /** The pool that calls, which the function's resource policy must let in. */
  poolArn: string;
  account: string;
  event: object;
}

/** What became of one call. */
export type Invocation =
  | { kind: "returned"; payload: unknown }
  /** The function ran and threw, or was ended by its own limits. */
  | { kind: "failed"; message: string }
  /** It never ran, for a reason by AWS's name: AccessDeniedException for a missing permission or function. */
  | { kind: "refused"; reason: string }
  /** No answer within the five seconds that Cognito waits. */
  | { kind: "silent" };

/** How long Cognito waits for a function, in milliseconds (Developer Guide, "Customizing user pool workflows with Lambda triggers"). */
export const FUNCTION_WAIT_MS = 5_000;

/** For a model on its own: no function is there, no log group is encrypted, and nobody reads what is logged. */
export const noPartners: Partners = {
  invokeFunction: async () => ({ kind: "refused", reason: "AccessDeniedException" }),
  isEncryptedLogGroup: async () => false,
  writeLog: async () => {},
};
