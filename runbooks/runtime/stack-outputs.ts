import { readFile } from "node:fs/promises";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { z } from "zod";
import {
  OUTPUTS_VERSION,
  outputParts,
  outputsPath,
  STACK_NAME,
  STACK_NAME_WORDS,
  type StackOutputs,
  stackOutputs,
} from "../../infra/outputs/outputs.ts";
import type { AwsCaller } from "./aws-calls.ts";
import { checkRegionName, clientSettings } from "./aws-clients.ts";
import type { OptionTable } from "./command-line.ts";
import { BadInputError, IntegrityError, LocalFileError, NotFoundError, type RunbookError } from "./errors.ts";
import { MalformedPageError, readPages } from "./pages.ts";
import { showText } from "./terminal-text.ts";

/** The options by which a person names a stack. */
export const stackOptions = {
  stack: { type: "string", value: "name", help: "the stack whose outputs are read from AWS" },
  region: { type: "string", value: "name", help: "where to read them (default: the AWS configuration)" },
  outputs: { type: "string", value: "file", help: "read the outputs from this file instead of --stack" },
} as const satisfies OptionTable;

export interface StackChoice {
  stack?: string | undefined;
  outputs?: string | undefined;
  region?: string | undefined;
}

/** The outputs of the stack that the command line names (stackOptions). */
export async function loadStackOutputs(
  choice: StackChoice,
  calls: { call: AwsCaller; pause: (milliseconds: number) => Promise<void> },
): Promise<StackOutputs> {
  checkStackChoice(choice);
  checkRegionName(choice.region);
  if (choice.stack === undefined) return readOutputsFile(choice.outputs ?? "");
  const client = new SSMClient(clientSettings({ region: choice.region }));
  return readStackOutputs(choice.stack, { client, ...calls });
}

/** Refuses a command line that names no stack, or two, or a Region that would not be asked. */
export function checkStackChoice({ stack, outputs, region }: StackChoice): void {
  if ((stack === undefined) === (outputs === undefined)) {
    throw new BadInputError(
      stack === undefined ? "No stack is named." : "--stack and --outputs exclude each other.",
      {
        remedy: "Give --stack <name>, or --outputs <file>.",
      },
    );
  }
  if (outputs !== undefined && region !== undefined) {
    throw new BadInputError("--region and --outputs exclude each other: the file tells the Region.", {
      remedy: "Leave --region out.",
    });
  }
  if (stack !== undefined) checkStackName(stack);
}

/** The options that name the same stack again, as a person types them into a shell; nothing in them is invisible. */
export function describeStackChoice({ stack, outputs, region }: StackChoice): string {
  const given = Object.entries({ "--stack": stack, "--region": region, "--outputs": outputs });
  const words = given.flatMap(([option, value]) => (value === undefined ? [] : [option, quoteWord(value)]));
  return showText(words.join(" "));
}

/** Words with anything special in them go between quotes that leave a POSIX shell nothing to expand. */
export function quoteWord(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Refuses what no stack can be called, before it becomes part of a path. */
export function checkStackName(stack: string): void {
  if (STACK_NAME.test(stack)) return;
  throw new BadInputError(`"${stack}" is not a stack name.`, { remedy: `Give ${STACK_NAME_WORDS}.` });
}

/** The outputs in a file, as one JSON object with the parts by name. */
export async function readOutputsFile(path: string): Promise<StackOutputs> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new LocalFileError(`${path} cannot be read.`, { remedy: "Check --outputs.", cause });
  }
  return checkOutputs(parseJson(text, path, badFile), path, badFile);
}

export interface ParameterSource {
  client: SSMClient;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/** The outputs of a stack from Parameter Store, in the client's Region. Throws NotFoundError when there are none. */
export async function readStackOutputs(stack: string, source: ParameterSource): Promise<StackOutputs> {
  const region = await findRegion(source.client);
  const path = outputsPath(stack);
  const parameters = new Map<string, unknown>();
  const what = `GetParametersByPath on ${path} in ${region}`;
  const pages = readPages({
    what,
    pause: source.pause,
    fetchPage: async (token) => {
      const input = {
        Path: path,
        Recursive: true,
        WithDecryption: false,
        ...(token && { NextToken: token }),
      };
      const answer = await source.call(what, (abortSignal) =>
        source.client.send(new GetParametersByPathCommand(input), { abortSignal }),
      );
      return { items: answer.Parameters, nextToken: answer.NextToken };
    },
    readItem: (item) => readParameter(item, what),
  });
  for await (const page of pages) {
    for (const { name, value } of page)
      parameters.set(name.slice(path.length), parseJson(value, name, damagedStack));
  }
  if (parameters.size === 0) {
    throw new NotFoundError(`There is no stack "${stack}" in ${region}: nothing lies under ${path}.`, {
      remedy: "Check --stack, --region and AWS_PROFILE.",
    });
  }
  const outputs = checkOutputs(assembleParts(parameters), path, damagedStack);
  if (outputs.stack.stack === stack) return outputs;
  throw contradiction(path, `they are of the stack "${outputs.stack.stack}"`);
}

async function findRegion(client: SSMClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new BadInputError("No AWS Region is configured.", {
      remedy: "Give --region, or set AWS_REGION.",
      cause,
    });
  }
}

/** The parts by name; `clients/<name>` become one part. Parts that this version does not know are left out. */
export function assembleParts(parameters: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const clients: Record<string, unknown> = {};
  const parts: Record<string, unknown> = { clients };
  for (const [name, value] of parameters) {
    if (name.startsWith("clients/")) clients[name.slice("clients/".length)] = value;
    else if (Object.hasOwn(outputParts, name)) parts[name] = value;
  }
  return parts;
}

const parameter = z.object({ Name: z.string().min(1), Value: z.string() });
const versioned = z.object({ stack: z.object({ version: z.number() }) });

function readParameter(item: unknown, what: string): { name: string; value: string } {
  const read = parameter.safeParse(item);
  if (!read.success) throw new MalformedPageError(`${what}: a parameter came without name or value.`);
  return { name: read.data.Name, value: read.data.Value };
}

/** Whose fault unreadable outputs are: a file's, which the person gave, or the deployment's. */
type FaultOf = (message: string, cause?: unknown) => RunbookError;

const badFile: FaultOf = (message, cause) => new BadInputError(message, { remedy: "Check the file.", cause });
const damagedStack: FaultOf = (message, cause) =>
  new IntegrityError(message, { remedy: "Deploy the stack again, which writes them anew.", cause });

function checkOutputs(value: unknown, where: string, toFault: FaultOf): StackOutputs {
  const version = versioned.safeParse(value).data?.stack.version;
  if (version !== undefined && version !== OUTPUTS_VERSION) {
    throw new BadInputError(
      `The outputs of ${where} have layout ${version}; this command reads ${OUTPUTS_VERSION}.`,
      {
        remedy: "Use the version of the project that deployed the stack.",
      },
    );
  }
  const read = stackOutputs.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw toFault(`The outputs of ${where} are damaged at ${issue?.path.join(".")}: ${issue?.message}.`);
  }
  const { stack, users } = read.data;
  // An id of a user pool begins with its Region (Amazon Cognito user pools API reference, UserPoolType).
  const poolRegion = users.userPoolId.slice(0, Math.max(users.userPoolId.indexOf("_"), 0));
  if (poolRegion === stack.region) return read.data;
  throw contradiction(where, `the pool ${users.userPoolId} is not in ${stack.region}`);
}

function contradiction(where: string, what: string): IntegrityError {
  return new IntegrityError(`The outputs of ${where} contradict themselves: ${what}.`, {
    remedy: "Nothing was read or written with them; deploy the stack again.",
  });
}

function parseJson(text: string, where: string, toFault: FaultOf): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw toFault(`${where} is not JSON.`, cause);
  }
}
