import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { functionRolePolicy, functionRoleTrust } from "../iam-policies/function-role.ts";
import type { LossGuards } from "../loss-guards.ts";
import type { PolicyStatement } from "../policy-document.ts";
import type { Tags } from "../stack-tags.ts";
import { BUNDLE_HANDLER, type FunctionBundle } from "./function-bundle.ts";

export interface LambdaFunctionArgs {
  bundle: FunctionBundle;
  /** What it does, for people who find it in the console; at most 256 characters. */
  description: string;
  /** The account that it runs in, twelve digits. */
  account: string;
  region: string;
  /** How long one call may take; Lambda ends at 900. */
  timeoutSeconds: number;
  memoryMb: number;
  logRetentionDays: number;
  environment?: Record<string, pulumi.Input<string>>;
  /** What it may do beyond writing to its own log. */
  statements: pulumi.Input<PolicyStatement[]>;
  tags: Tags;
  /** How many may run at once. Default: as many as the account allows. */
  reservedConcurrency?: number;
  /** The key of its log. Default: a key of CloudWatch's own. */
  logKeyArn?: pulumi.Input<string>;
  /** What keeps the log when it leaves the program. Default: it goes with the function. */
  logGuards?: Pick<LossGuards, "protect" | "retainOnDelete">;
}

export interface Caller {
  /** The service that calls, such as cognito-idp.amazonaws.com. */
  principal: string;
  /** The one resource that it calls for. */
  sourceArn: pulumi.Input<string>;
}

/**
 * A Lambda function with a role of its own and its log, under a name that says what it is: the component's name, up
 * to 64 characters and unique in account and Region, is that of the function, and the log is `/aws/lambda/<name>`.
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  private readonly account: string;

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:LambdaFunction", name, {}, opts);
    this.account = args.account;

    const logs = this.createLogs(name, args);
    const role = this.createRole(name, args);
    const policy = this.createPolicy(name, args, role);
    const code = this.createFunction(name, args, { role, after: [policy], logs });

    this.arn = code.arn;
    this.functionName = code.name;
    this.roleArn = role.arn;
    this.roleName = role.name;
    this.logGroupName = logs.name;
    this.registerOutputs({ arn: this.arn, functionName: this.functionName, logGroupName: this.logGroupName });
  }

  /** Lets one resource of this account call the function through its service, and nobody else by it. */
  allow(name: string, { principal, sourceArn }: Caller): aws.lambda.Permission {
    return new aws.lambda.Permission(
      name,
      {
        action: "lambda:InvokeFunction",
        function: this.functionName,
        principal,
        sourceArn,
        sourceAccount: this.account,
      },
      { parent: this },
    );
  }

  private createLogs(
    name: string,
    { logRetentionDays, logKeyArn, logGuards, tags }: LambdaFunctionArgs,
  ): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: logGroupOf(name),
        logGroupClass: "STANDARD",
        retentionInDays: logRetentionDays,
        skipDestroy: false,
        ...(logKeyArn !== undefined && { kmsKeyId: logKeyArn }),
        tags,
      },
      {
        parent: this,
        protect: logGuards?.protect ?? false,
        retainOnDelete: logGuards?.retainOnDelete ?? false,
      },
    );
  }

  private createRole(name: string, { account, description, tags }: LambdaFunctionArgs): aws.iam.Role {
    return new aws.iam.Role(
      name,
      { description, assumeRolePolicy: JSON.stringify(functionRoleTrust({ account })), tags },
      { parent: this },
    );
  }

  private createPolicy(
    name: string,
    { account, region, statements }: LambdaFunctionArgs,
    role: aws.iam.Role,
  ): aws.iam.RolePolicy {
    const policy = pulumi
      .output(statements)
      .apply((list) =>
        JSON.stringify(functionRolePolicy({ account, region, logGroup: logGroupOf(name), statements: list })),
      );
    return new aws.iam.RolePolicy(name, { role: role.name, policy }, { parent: this });
  }

  private createFunction(
    name: string,
    args: LambdaFunctionArgs,
    { role, after, logs }: { role: aws.iam.Role; after: pulumi.Resource[]; logs: aws.cloudwatch.LogGroup },
  ): aws.lambda.Function {
    return new aws.lambda.Function(
      name,
      {
        name,
        description: args.description,
        role: role.arn,
        packageType: "Zip",
        code: args.bundle.archive,
        handler: BUNDLE_HANDLER,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMb,
        ephemeralStorage: { size: 512 },
        reservedConcurrentExecutions: args.reservedConcurrency ?? -1,
        ...(args.environment && { environment: { variables: args.environment } }),
        // One JSON object for each line, without Lambda's own lines about each call.
        loggingConfig: {
          logFormat: "JSON",
          applicationLogLevel: "INFO",
          systemLogLevel: "WARN",
          logGroup: logs.name,
        },
        tracingConfig: { mode: "PassThrough" },
        publish: false,
        skipDestroy: false,
        tags: args.tags,
      },
      { parent: this, dependsOn: after },
    );
  }
}

function logGroupOf(name: string): string {
  return `/aws/lambda/${name}`;
}
