import { randomBytes } from "node:crypto";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";
import { AwsFault } from "../../../local/aws-fault.ts";
import { createCognitoModel } from "../../../local/cognito/model.ts";
import { noPartners } from "../../../local/cognito/partners.ts";
import type { SeedUser } from "../../../local/cognito/seed-users.ts";
import type { Behaviour } from "../../../local/cognito/state.ts";

export type Json = Record<string, unknown>;

/** Something that answers user-pool API calls: the strict model, an emulator, or AWS itself. */
export interface Target {
  /** Resolves with the output; rejects with a Refusal. */
  call(operation: string, input: Json): Promise<Json>;
  /** Puts a file at a pre-signed address; rejects with a Refusal, named as S3 names it. */
  upload(url: string, body: string, headers?: Readonly<Record<string, string>>): Promise<void>;
  /** Deletes what the test created; only a target that outlives the test has something to do. */
  close(): Promise<void>;
  /** What only the model can do: move time, put users into any state, answer what AWS leaves open. */
  readonly model?: {
    advance(milliseconds: number): void;
    seed(poolId: string, users: readonly SeedUser[]): string[];
    readonly behaviour: Behaviour;
    readonly messages: readonly { medium: string; body: string; undelivered?: string }[];
    /** What the model wrote to CloudWatch Logs, by group and stream as `<group>:<stream>`. */
    readonly logs: Map<string, string[]>;
    /** Makes every later write to CloudWatch Logs fail. */
    denyLogs(): void;
  };
}

/** A call was refused, with the exception's name and message. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.name = "Refusal";
    this.code = code;
  }
}

export interface NamedTarget {
  name: string;
  open(): Target;
  canControl: boolean;
}

/**
 * The strict model, and whatever SEKISHO_CONFORMANCE_ENDPOINT names: a URL, or "aws" for the account of the environment's
 * credentials. SEKISHO_CONFORMANCE_NAME ("ministack") picks the list of known differences.
 */
export function targets(env: Readonly<Record<string, string | undefined>> = process.env): NamedTarget[] {
  const strict: NamedTarget = { name: "strict model", open: openModel, canControl: true };
  const endpoint = env.SEKISHO_CONFORMANCE_ENDPOINT;
  if (endpoint === undefined) return [strict];
  const name = env.SEKISHO_CONFORMANCE_NAME ?? endpoint;
  return [strict, { name, open: () => openEndpoint(endpoint), canControl: false }];
}

/** What the address of an import job is signed with besides its host. */
const uploadHeaders = { "x-amz-server-side-encryption": "aws:kms" };

function openModel(): Target {
  let now = Date.parse("2026-11-21T03:00:00Z");
  const logs = new Map<string, string[]>();
  let isDenied = false;
  const model = createCognitoModel({
    partners: {
      ...noPartners,
      writeLog: async ({ logGroup, logStream, lines }) => {
        if (isDenied) throw new AwsFault("AccessDeniedException", "no");
        const name = `${logGroup}:${logStream}`;
        logs.set(name, [...(logs.get(name) ?? []), ...lines]);
      },
    },
    region: "ap-northeast-1",
    account: "123456789012",
    now: () => new Date(now),
    randomBytes,
  });
  const refusedAs = (error: unknown) =>
    error instanceof AwsFault ? new Refusal(error.code, error.message, error) : error;
  return {
    async call(operation, input) {
      try {
        return toJson(await model.handle(operation, input, { isSigned: true }));
      } catch (error) {
        throw refusedAs(error);
      }
    },
    async upload(url, body, headers = uploadHeaders) {
      try {
        model.uploadImportFile({ method: "PUT", url: new URL(url), headers, body: Buffer.from(body) });
      } catch (error) {
        throw refusedAs(error);
      }
    },
    close: async () => {},
    model: {
      advance: (milliseconds) => {
        now += milliseconds;
      },
      seed: (poolId, users) => model.seedUsers(poolId, users),
      behaviour: model.behaviour,
      get messages() {
        return model.messages;
      },
      logs,
      denyLogs: () => {
        isDenied = true;
      },
    },
  };
}

function openEndpoint(endpoint: string): Target {
  const client = new sdk.CognitoIdentityProvider(endpoint === "aws" ? {} : { endpoint });
  const pools: string[] = [];
  const call = async (operation: string, input: Json): Promise<Json> => {
    const method: unknown = Reflect.get(client, operation.charAt(0).toLowerCase() + operation.slice(1));
    if (typeof method !== "function") throw new Error(`the SDK knows no operation ${operation}`);
    try {
      const output = toJson(await method.call(client, input));
      if (operation === "CreateUserPool") pools.push(String(member(output, "UserPool", "Id")));
      return output;
    } catch (error) {
      if (error instanceof sdk.CognitoIdentityProviderServiceException) {
        throw new Refusal(error.name, error.message, error);
      }
      throw error;
    }
  };
  return {
    call,
    async upload(url, body, headers = uploadHeaders) {
      const answer = await fetch(url, { method: "PUT", headers, body });
      const text = await answer.text();
      if (answer.ok) return;
      const read = (element: string) => new RegExp(`<${element}>([^<]*)<`).exec(text)?.[1] ?? text;
      throw new Refusal(read("Code"), read("Message"), undefined);
    },
    async close() {
      for (const UserPoolId of pools) await removePool(call, UserPoolId);
      client.destroy();
    },
  };
}

/** Deletion protection and domains go first; a pool the test has deleted itself is fine. */
async function removePool(call: Target["call"], UserPoolId: string): Promise<void> {
  try {
    const { UserPool } = await call("DescribeUserPool", { UserPoolId });
    for (const name of ["Domain", "CustomDomain"]) {
      const Domain = member({ UserPool }, "UserPool", name);
      if (Domain !== undefined) await call("DeleteUserPoolDomain", { UserPoolId, Domain });
    }
    await call("UpdateUserPool", { UserPoolId, DeletionProtection: "INACTIVE" });
    await call("DeleteUserPool", { UserPoolId });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "ResourceNotFoundException") throw error;
  }
}

/** A member of a nested answer; undefined where a step is missing. */
export function member(value: unknown, ...path: (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}

function toJson(value: unknown): Json {
  if (typeof value !== "object" || value === null) throw new Error(`expected an object, got ${typeof value}`);
  return { ...value };
}
