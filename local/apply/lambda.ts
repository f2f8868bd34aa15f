import { isDeepStrictEqual } from "node:util";
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { FunctionEventInvokeConfigArgs } from "@pulumi/aws/lambda/functionEventInvokeConfig.js";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission.js";
import { z } from "zod";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, omit, outputsOf, textOf, toAwsShape } from "./aws-shape.ts";
import { zipCode } from "./function-code.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];

/** What the provider takes when the program says nothing. */
const DEFAULTS = { timeout: 3, memorySize: 128, packageType: "Zip", publish: false };

const lambdaFunction: Maker = {
  autoName: { property: "name", longest: 64 },
  async create({ inputs, aws }) {
    const { reservedConcurrentExecutions = -1 } = inputsAs<FunctionArgs>(inputs);
    const FunctionName = textOf(inputs, "name");
    await aws.lambda.send(
      new CreateFunctionCommand({
        ...configurationOf(inputs, aws),
        Architectures: inputsAs<FunctionArgs>(inputs)
          .architectures as CreateFunctionCommandInput["Architectures"],
        PackageType: "Zip",
        Code: { ZipFile: zipCode(inputs.code) },
        Tags: tagsOf(inputs),
      }),
    );
    if (reservedConcurrentExecutions >= 0)
      await reserve(aws.lambda, FunctionName, reservedConcurrentExecutions);
    return FunctionName;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: id })),
    );
    if (!found) return undefined;
    const arn = found.FunctionArn ?? "";
    return {
      ...DEFAULTS,
      ...outputsOf({
        arn,
        invokeArn: invokeArn(aws.region, arn),
        qualifiedArn: `${arn}:${found.Version}`,
        qualifiedInvokeArn: invokeArn(aws.region, `${arn}:${found.Version}`),
        codeSha256: found.CodeSha256,
        sourceCodeHash: found.CodeSha256,
        sourceCodeSize: found.CodeSize,
        lastModified: found.LastModified,
        version: found.Version,
        timeout: found.Timeout,
        memorySize: found.MemorySize,
      }),
    };
  },
  async update({ id: FunctionName, inputs, before, outputs, aws }) {
    const { reservedConcurrentExecutions = -1, architectures } = inputsAs<FunctionArgs>(inputs);
    const isNewCode =
      !isDeepStrictEqual(inputs.code, before.code) ||
      !isDeepStrictEqual(inputs.architectures, before.architectures);
    if (isNewCode) {
      await aws.lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName,
          ZipFile: zipCode(inputs.code),
          Architectures: architectures as CreateFunctionCommandInput["Architectures"],
        }),
      );
    }
    await aws.lambda.send(new UpdateFunctionConfigurationCommand(configurationOf(inputs, aws)));
    if (reservedConcurrentExecutions >= 0)
      await reserve(aws.lambda, FunctionName, reservedConcurrentExecutions);
    else await aws.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const Resource = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (Tags) => aws.lambda.send(new TagResourceCommand({ Resource, Tags })),
      remove: (TagKeys) => aws.lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.lambda.send(new DeleteFunctionCommand({ FunctionName: id })));
  },
};

/** Who may call a function: one statement of its resource policy. The provider replaces it for every change. */
const permission: Maker = {
  autoName: { property: "statementId", longest: 100 },
  async create({ inputs, aws }) {
    const StatementId = textOf(inputs, "statementId");
    const { action, principal, principalOrgId, functionUrlAuthType, ...rest } =
      inputsAs<PermissionArgs>(inputs);
    await aws.lambda.send(
      new AddPermissionCommand({
        FunctionName: textOf(inputs, "function"),
        StatementId,
        Action: action,
        Principal: principal,
        SourceArn: rest.sourceArn,
        SourceAccount: rest.sourceAccount,
        PrincipalOrgID: principalOrgId,
        EventSourceToken: rest.eventSourceToken,
        FunctionUrlAuthType: functionUrlAuthType as AddPermissionCommandInput["FunctionUrlAuthType"],
        Qualifier: rest.qualifier,
      }),
    );
    return StatementId;
  },
  async read({ id, outputs, aws }) {
    const found = await unless(GONE, () =>
      aws.lambda.send(new GetPolicyCommand({ FunctionName: textOf(outputs, "function") })),
    );
    const { Statement } = policyShape.parse(JSON.parse(found?.Policy ?? '{"Statement":[]}'));
    return Statement.some(({ Sid }) => Sid === id) ? {} : undefined;
  },
  async delete({ id, outputs, aws }) {
    await unless(GONE, () =>
      aws.lambda.send(
        new RemovePermissionCommand({ FunctionName: textOf(outputs, "function"), StatementId: id }),
      ),
    );
  },
};

const policyShape = z.object({ Statement: z.array(z.object({ Sid: z.string() })) });

/** How often and how long a function is tried that was called without waiting for it. */
const eventInvokeConfig: Maker = {
  async create({ inputs, aws }) {
    await aws.lambda.send(new PutFunctionEventInvokeConfigCommand(eventInvokeInput(inputs)));
    const { qualifier } = inputsAs<FunctionEventInvokeConfigArgs>(inputs);
    return [textOf(inputs, "functionName"), qualifier].filter(Boolean).join(":");
  },
  async read({ outputs, aws }) {
    const { FunctionName, Qualifier } = eventInvokeInput(outputs);
    const found = await unless(GONE, () =>
      aws.lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier })),
    );
    return found && outputsOf({ maximumRetryAttempts: found.MaximumRetryAttempts });
  },
  async update({ inputs, aws }) {
    await aws.lambda.send(new PutFunctionEventInvokeConfigCommand(eventInvokeInput(inputs)));
  },
  async delete({ outputs, aws }) {
    const { FunctionName, Qualifier } = eventInvokeInput(outputs);
    await unless(GONE, () =>
      aws.lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName, Qualifier })),
    );
  },
};

export const lambdaMakers: Makers = {
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": eventInvokeConfig,
  "aws:lambda/permission:Permission": permission,
};

/** The part that is given at creation and can change in place. */
function configurationOf(inputs: PropertyMap, aws: AwsClients) {
  const given = inputsAs<FunctionArgs>(inputs);
  return {
    FunctionName: textOf(inputs, "name"),
    Role: given.role,
    Handler: given.handler,
    Runtime: given.runtime as CreateFunctionCommandInput["Runtime"],
    Description: given.description ?? "",
    Timeout: given.timeout ?? DEFAULTS.timeout,
    MemorySize: given.memorySize ?? DEFAULTS.memorySize,
    // The AWS a function reaches is this one, gateway included; MiniStack alone would answer it otherwise.
    Environment: { Variables: { AWS_ENDPOINT_URL: aws.endpoint, ...given.environment?.variables } },
    KMSKeyArn: given.kmsKeyArn,
    Layers: given.layers,
    ...blocksOf(inputs),
  };
}

/** Blocks the provider and the API spell alike. */
function blocksOf(inputs: PropertyMap): Partial<CreateFunctionCommandInput> {
  const blocks = ["deadLetterConfig", "ephemeralStorage", "loggingConfig", "tracingConfig", "vpcConfig"];
  const others = Object.keys(inputs).filter((key) => !blocks.includes(key));
  return toAwsShape(omit(inputs, ...others)) as Partial<CreateFunctionCommandInput>;
}

function eventInvokeInput(values: PropertyMap) {
  const { functionName, qualifier, maximumEventAgeInSeconds, maximumRetryAttempts, destinationConfig } =
    inputsAs<FunctionEventInvokeConfigArgs>(values);
  return {
    FunctionName: functionName,
    Qualifier: qualifier,
    MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
    MaximumRetryAttempts: maximumRetryAttempts ?? 2,
    DestinationConfig: destinationConfig && {
      OnFailure: { Destination: destinationConfig.onFailure?.destination },
      OnSuccess: { Destination: destinationConfig.onSuccess?.destination },
    },
  };
}

async function reserve(client: AwsClients["lambda"], FunctionName: string, count: number): Promise<void> {
  await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: count }));
}

function invokeArn(region: string, arn: string): string {
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}
