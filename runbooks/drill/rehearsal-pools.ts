import {
  AddCustomAttributesCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { watchTime } from "../runtime/aws-clock.ts";
import { AccessDeniedError, foreignAnswer, isAnswerLost } from "../runtime/aws-errors.ts";
import { CredentialsError, NotFoundError, RemoteError, RunbookError } from "../runtime/errors.ts";
import { MalformedPageError, readPages } from "../runtime/pages.ts";
import {
  type DrillPool,
  type DrillPoolInput,
  type FoundPool,
  isAbandoned,
  isRehearsal,
  isRehearsalName,
} from "./drill-pool.ts";

/** The throw-away pools of a stack's drills. */
export interface RehearsalPools {
  /** Makes the pool and gives its id; not all of it is there yet (finish). */
  create: (pool: DrillPool) => Promise<string>;
  /** Waits until the pool can be described, and adds what CreateUserPool does not take. */
  finish: (poolId: string, pool: DrillPool) => Promise<void>;
  /** Deletes a pool, also when the run was stopped. Throws RemoteError, with the command that does it by hand. */
  remove: (poolId: string) => Promise<void>;
  /** Deletes what earlier drills left behind; warns of pools that it could not. Gives the ids of the others. */
  removeAbandoned: () => Promise<string[]>;
}

export interface RehearsalPoolsOptions {
  client: CognitoIdentityProviderClient;
  /** A client that sends each request once: a pool must not be made twice. */
  onceClient: CognitoIdentityProviderClient;
  stack: string;
  region: string;
  /** How AWS is asked while the drill goes on. */
  asking: Asking;
  /** How AWS is asked at the end, also of a run that was stopped: not with the run's own signal. */
  askingAtEnd: Asking;
  /** Used only where no answer told AWS's own time. */
  now: () => Date;
  warn: (line: string) => void;
  /** Tells whether the run was stopped. */
  signal: AbortSignal;
}

interface Asking {
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/** The largest page of ListUserPools (Amazon Cognito user pools API reference). */
const PAGE_SIZE = 60;
const CREATE_ATTEMPTS = 3;
const REMOVE_ATTEMPTS = 2;
/** Times that a new pool is asked for: AWS may be behind with it, and with the tag that gives the right to it. */
const LOOKS = 30;
const PAUSE_MS = 2_000;

/** Opens the throw-away pools of a stack. Nothing is asked before the first call. */
export function openRehearsalPools(options: RehearsalPoolsOptions): RehearsalPools {
  const { client, onceClient, stack, region, asking, askingAtEnd, now, warn, signal } = options;
  const awsTime = watchTime(client);

  const describe = async (poolId: string, { call }: Asking): Promise<FoundPool> => {
    const what = `DescribeUserPool on ${poolId}`;
    const { UserPool } = await call(what, (abortSignal) =>
      client.send(new DescribeUserPoolCommand({ UserPoolId: poolId }), { abortSignal }),
    );
    const read = describedPool.safeParse(UserPool);
    if (!read.success || read.data.Id !== poolId) throw foreignAnswer(what);
    return { name: read.data.Name, tags: read.data.UserPoolTags, createdAt: read.data.CreationDate };
  };

  /** Pools that are called as drills call theirs: names by id. */
  const listByName = async ({ call, pause }: Asking): Promise<Map<string, string>> => {
    const what = `ListUserPools in ${region}`;
    const pages = readPages({
      what,
      pause,
      isEndDoubtful: () => true,
      readItem: readListedPool,
      fetchPage: async (token) => {
        const input = { MaxResults: PAGE_SIZE, ...(token && { NextToken: token }) };
        const answer = await call(what, (abortSignal) =>
          client.send(new ListUserPoolsCommand(input), { abortSignal }),
        );
        return { items: answer.UserPools, nextToken: answer.NextToken };
      },
    });
    const found = new Map<string, string>();
    for await (const page of pages) {
      for (const { Id, Name } of page) if (isRehearsalName(Name, stack)) found.set(Id, Name);
    }
    return found;
  };

  /** The pool that a lost answer would have told of. */
  const findCreated = async (name: string, how: Asking): Promise<string | undefined> => {
    for (const [poolId, other] of await listByName(how)) {
      if (other === name && isRehearsal((await describe(poolId, how)).tags, stack)) return poolId;
    }
    return undefined;
  };

  const createOrFind = async (input: DrillPoolInput): Promise<string> => {
    const what = `CreateUserPool ${input.PoolName}`;
    for (let attempt = 1; ; attempt++) {
      try {
        const { UserPool } = await asking.call(what, (abortSignal) =>
          onceClient.send(new CreateUserPoolCommand(input), { abortSignal }),
        );
        if (UserPool?.Id === undefined) throw foreignAnswer(what);
        return UserPool.Id;
      } catch (error) {
        if (!isAnswerLost(error) || attempt === CREATE_ATTEMPTS) throw error;
        // It may be there, from a request whose answer was lost: look, never guess.
        await asking.pause(PAUSE_MS);
        const found = await findCreated(input.PoolName, asking);
        if (found !== undefined) return found;
      }
    }
  };

  const remove = async (poolId: string): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await askingAtEnd.call(`DeleteUserPool on ${poolId}`, (abortSignal) =>
          client.send(new DeleteUserPoolCommand({ UserPoolId: poolId }), { abortSignal }),
        );
        return;
      } catch (error) {
        if (error instanceof NotFoundError) return;
        if (attempt === REMOVE_ATTEMPTS) throw notRemoved(poolId, region, error);
      }
    }
  };

  /** A pool whose id nobody was told must not stay. */
  const removeUntold = async (name: string): Promise<void> => {
    try {
      const found = await findCreated(name, askingAtEnd);
      if (found !== undefined) await remove(found);
    } catch (error) {
      if (!(error instanceof RunbookError)) throw error;
      warn(`A pool ${name} may have been made; a drill after a day deletes it. ${error.message}`);
    }
  };

  const waitUntilThere = async (poolId: string): Promise<void> => {
    for (let look = 1; ; look++) {
      try {
        await describe(poolId, asking);
        return;
      } catch (error) {
        const isEarly = error instanceof NotFoundError || error instanceof AccessDeniedError;
        if (!isEarly || look === LOOKS) throw error;
        await asking.pause(PAUSE_MS);
      }
    }
  };

  return {
    create: async ({ create: input }) => {
      try {
        return await createOrFind(input);
      } catch (error) {
        if (isAnswerLost(error) || signal.aborted) await removeUntold(input.PoolName);
        throw error;
      }
    },
    finish: async (poolId, { furtherAttributes, mfa }) => {
      await waitUntilThere(poolId);
      const pool = { UserPoolId: poolId };
      for (const CustomAttributes of furtherAttributes) {
        await asking.call(`AddCustomAttributes on ${poolId}`, (abortSignal) =>
          client.send(new AddCustomAttributesCommand({ ...pool, CustomAttributes }), { abortSignal }),
        );
      }
      if (mfa === undefined) return;
      await asking.call(`SetUserPoolMfaConfig on ${poolId}`, (abortSignal) =>
        client.send(new SetUserPoolMfaConfigCommand({ ...pool, ...mfa }), { abortSignal }),
      );
    },
    remove,
    removeAbandoned: async () => {
      const removed: string[] = [];
      for (const [poolId] of await listByName(asking)) {
        const found = await describe(poolId, asking).catch(ifForeign);
        if (found === undefined || !isAbandoned(found, stack, awsTime() ?? now())) continue;
        try {
          await remove(poolId);
          removed.push(poolId);
        } catch (error) {
          if (!(error instanceof RemoteError)) throw error;
          warn(`${error.message} ${error.remedy}`);
        }
      }
      return removed;
    },
  };
}

/** The role of a drill may read pools with its tag only: one that it may not read is somebody else's. */
function ifForeign(error: unknown): undefined {
  if (error instanceof AccessDeniedError || error instanceof NotFoundError) return undefined;
  throw error;
}

function notRemoved(poolId: string, region: string, cause: unknown): RemoteError {
  const reason = cause instanceof CredentialsError ? "the credentials lack the right" : "AWS did not do it";
  return new RemoteError(`The throw-away pool ${poolId} is still there: ${reason}.`, {
    remedy: `Delete it: ${removalCommand(poolId, region)}`,
    cause,
  });
}

/** How a person deletes a pool by hand. */
export function removalCommand(poolId: string, region: string): string {
  return `aws cognito-idp delete-user-pool --region ${region} --user-pool-id ${poolId}`;
}

const describedPool = z.object({
  Id: z.string(),
  Name: z.string(),
  CreationDate: z.date(),
  UserPoolTags: z.record(z.string(), z.string()).default({}),
});

const listedPool = z.object({ Id: z.string().min(1), Name: z.string() });

function readListedPool(item: unknown): z.infer<typeof listedPool> {
  const read = listedPool.safeParse(item);
  if (!read.success) throw new MalformedPageError("A page of user pools came with an entry that is none.");
  return read.data;
}
