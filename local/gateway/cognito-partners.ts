import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  GetPolicyCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { FUNCTION_WAIT_MS, type FunctionCall, type Invocation, type Partners } from "../cognito/partners.ts";
import { letsCall } from "../services/function-policy.ts";
import { writeLogLines } from "./log-lines.ts";
import { rootCredentials } from "./upstream.ts";

const COGNITO = "cognito-idp.amazonaws.com";

/**
 * What user pools of one Region ask of MiniStack: its Lambda functions, called as Cognito calls them, and its log groups.
 * Connections end with MiniStack.
 */
export function openCognitoPartners(upstream: string, region: string, waitMs = FUNCTION_WAIT_MS): Partners {
  // One attempt each: how often a function is tried is for Cognito to say.
  const settings = { endpoint: upstream, region, credentials: rootCredentials, maxAttempts: 1 };
  const lambda = new LambdaClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  return {
    invokeFunction: (call) => invokeFunction(lambda, call, waitMs),
    async isEncryptedLogGroup(arn) {
      const logGroupName = arn.replace(/:\*$/, "").split(":").slice(6).join(":");
      const { logGroups = [] } = await logs.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
      );
      return logGroups.some((group) => group.logGroupName === logGroupName && group.kmsKeyId !== undefined);
    },
    writeLog: (log) => writeLogLines(logs, log),
  };
}

async function invokeFunction(lambda: LambdaClient, call: FunctionCall, waitMs: number): Promise<Invocation> {
  const { functionArn: FunctionName, event } = call;
  try {
    if (!(await isLetIn(lambda, call))) return { kind: "refused", reason: "AccessDeniedException" };
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }), {
      abortSignal: AbortSignal.timeout(waitMs),
    });
    return readAnswer(answer);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "AbortError" || error.name === "TimeoutError") return { kind: "silent" };
    // A function that is not there looks to Cognito like one it may not call.
    if (error.name === "ResourceNotFoundException") {
      return { kind: "refused", reason: "AccessDeniedException" };
    }
    return { kind: "refused", reason: error.name };
  }
}

async function isLetIn(
  lambda: LambdaClient,
  { functionArn, poolArn, account }: FunctionCall,
): Promise<boolean> {
  const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: functionArn }));
  const caller = { principal: COGNITO, sourceArn: poolArn, sourceAccount: account };
  return Policy !== undefined && letsCall(Policy, functionArn, caller);
}

function readAnswer({ FunctionError, Payload }: InvokeCommandOutput): Invocation {
  const payload: unknown = JSON.parse(Buffer.from(Payload ?? []).toString("utf8") || "null");
  if (FunctionError === undefined) return { kind: "returned", payload };
  const said: unknown = Object(payload).errorMessage;
  return { kind: "failed", message: typeof said === "string" ? said : FunctionError };
}
