import type { AwsClients } from "../../../local/apply/aws-clients.ts";
import type { Altered, Existing, Target } from "../../../local/apply/maker.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";

/** One call to AWS: `CreateRole`, and its input. */
export type Call = [operation: string, input: Record<string, unknown>];

/** What AWS answers, by operation: a value, an error to throw, or a function of the input. Absent = `{}`. */
export type Script = Record<string, object | Error | ((input: Record<string, unknown>) => object)>;

/** Clients that call nobody: they answer from a script and write down what they were asked. */
export function scriptedAws(
  script: Script = {},
  region = "ap-northeast-1",
): { aws: AwsClients; calls: Call[] } {
  const calls: Call[] = [];
  const client = {
    send: async (command: object): Promise<never> => {
      const operation = command.constructor.name.replace(/Command$/, "");
      const input = "input" in command ? (command.input as Record<string, unknown>) : {};
      calls.push([operation, withoutUndefined(input)]);
      const answer = script[operation] ?? {};
      if (answer instanceof Error) throw answer;
      return (typeof answer === "function" ? answer(input) : answer) as never;
    },
  };
  const aws: AwsClients = {
    endpoint: "http://127.0.0.1:9",
    region,
    account: async () => "123456789012",
    acm: client,
    cloudWatchLogs: client,
    cognitoIdentity: client,
    cognitoUserPools: client,
    dynamodb: client,
    elb: client,
    iam: client,
    kms: client,
    lambda: client,
    s3: client,
    scheduler: client,
    secretsManager: client,
    ses: client,
    sns: client,
    ssm: client,
    sts: client,
  };
  return { aws, calls };
}

/** An error as the AWS SDK throws it. */
export function awsError(name: string, message = "refused"): Error {
  return Object.assign(new Error(message), { name });
}

export function target(aws: AwsClients, inputs: PropertyMap = {}): Target {
  return { type: "aws:test:Test", name: "one", inputs, aws };
}

export function existing(
  aws: AwsClients,
  id: string,
  inputs: PropertyMap = {},
  outputs: PropertyMap = inputs,
): Existing {
  return { ...target(aws, inputs), id, outputs };
}

export function altered(
  aws: AwsClients,
  id: string,
  [before, inputs]: [PropertyMap, PropertyMap],
  outputs: PropertyMap = before,
): Altered {
  return { ...existing(aws, id, inputs, outputs), before };
}

/** As it goes over the wire: what is undefined is left out. */
function withoutUndefined(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
