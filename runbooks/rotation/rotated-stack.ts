import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import type { StackOutputs } from "../../infra/outputs/outputs.ts";
import { ownChecksums } from "../backup/set-store.ts";
import { type HeldLease, withLease } from "../lease/lease.ts";
import { openLeaseStore } from "../lease/lease-store.ts";
import { createAwsCaller } from "../runtime/aws-calls.ts";
import { clientSettings } from "../runtime/aws-clients.ts";
import { type Caller, findCaller } from "../runtime/caller.ts";
import type { OptionTable } from "../runtime/command-line.ts";
import {
  BadInputError,
  CredentialsError,
  type ExitCode,
  InterruptedError,
  NotFoundError,
  RemoteError,
  RunbookError,
} from "../runtime/errors.ts";
import type { RunbookContext } from "../runtime/runbook.ts";
import { type Counts, openRunbookLog, withRunbookLog } from "../runtime/runbook-log.ts";
import { type ClientIdentity, issuerOf } from "./client-uses.ts";

/** What a rotation needs of the process. */
export interface RotationContext
  extends Pick<
    RunbookContext<OptionTable>,
    | "now"
    | "pause"
    | "randomBytes"
    | "progress"
    | "warn"
    | "signal"
    | "env"
    | "columns"
    | "isInteractive"
    | "ask"
  > {
  /** Another one for each run. */
  runId: string;
}

/** The stack and the client whose secret is rotated, and who does it. */
export interface RotatedStack {
  outputs: StackOutputs;
  /** The client's name in the settings. */
  name: string;
  kind: StackOutputs["clients"][string]["kind"];
  /** The name of its secret in Secrets Manager. */
  secretName: string;
  identity: ClientIdentity;
  caller: Caller;
}

/**
 * Finds the client in the outputs. Throws NotFoundError where there is none of that name, BadInputError where it has no
 * secret, CredentialsError where the caller belongs to another account than the stack.
 */
export async function findRotatedStack(
  outputs: StackOutputs,
  name: string,
  { signal }: Pick<RotationContext, "signal">,
): Promise<RotatedStack> {
  const { stack, account, region } = outputs.stack;
  const client = Object.hasOwn(outputs.clients, name) ? outputs.clients[name] : undefined;
  if (client === undefined) {
    const names = Object.keys(outputs.clients).join(", ");
    throw new NotFoundError(`The stack ${stack} has no client "${name}".`, {
      remedy: `It has ${names || "none"}.`,
    });
  }
  const { kind, clientId, secretName } = client;
  if (secretName === undefined) {
    throw new BadInputError(`The client ${name} of kind ${kind} has no secret, so there is none to rotate.`);
  }
  const caller = await findCaller(new STSClient(clientSettings({ region })), createAwsCaller(signal));
  if (caller.account !== account) {
    throw new CredentialsError(
      `The stack ${stack} is in account ${account}, the credentials are of ${caller.account}.`,
      {
        remedy: "Check AWS_PROFILE.",
      },
    );
  }
  const { userPoolId } = outputs.users;
  const identity = { clientId, userPoolId, issuer: issuerOf(region, userPoolId) };
  return { outputs, name, kind, secretName, identity, caller };
}

/** A change of a client's secret as it is written down. */
export interface RotationChange {
  ticket: string;
  /** SHA-256 of the plan. */
  plan: string;
  /** How much the plan has. */
  planned: Counts;
  /** How much has been done by now. */
  done: () => Counts;
}

/**
 * Does the work while nobody else can rotate this client, between two records in the runbook log. Throws LockedError when
 * somebody else is at it.
 */
export function withRotation<Result extends { exitCode?: ExitCode | undefined }>(
  { outputs, name, identity, caller }: RotatedStack,
  { ticket, plan, planned, done }: RotationChange,
  context: RotationContext,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result> {
  const { account, region, stack } = outputs.stack;
  const logGroup = outputs["runbook-log"]?.logGroup;
  if (logGroup === undefined) {
    throw new BadInputError(`The outputs of ${stack} have no part runbook-log.`, {
      remedy: "Deploy the stack again with this version.",
    });
  }
  // Not the run's own signal: lease and log are written when the run was stopped, too.
  const call = createAwsCaller(new AbortController().signal, OWN_CALL_SECONDS);
  const log = openRunbookLog({
    client: new CloudWatchLogsClient(clientSettings({ region })),
    logGroup,
    runbook: "rotate-client-secret",
    stack,
    runId: context.runId,
    call,
    now: context.now,
  });
  const store = openLeaseStore({
    client: new S3Client({ ...clientSettings({ region }), ...ownChecksums }),
    bucket: outputs.backup.workBucket,
    account,
    // Not by the client's id: a swap has two of them, and both ways of one client are one rotation.
    key: `leases/rotation-${identity.userPoolId}-${name}.json`,
    call,
    now: context.now,
  });
  return withLease({ ...context, store, what: "Another rotate-client-secret" }, (held) =>
    withRunbookLog(
      {
        log,
        change: {
          who: caller,
          ticket,
          target: `${identity.userPoolId}/${identity.clientId}`,
          plan,
          counts: planned,
        },
        counts: done,
        signal: held.signal,
        warn: context.warn,
      },
      () => work(held),
    ),
  );
}

/**
 * Reads what a run has left behind when all its steps are done. Throws RemoteError, which says so, where that cannot be
 * told yet.
 */
export async function readBack<Findings>(read: () => Promise<Findings>): Promise<Findings> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RunbookError) || error instanceof InterruptedError) throw error;
    throw new RemoteError(`Done, but it could not be read back: ${error.message}`, {
      remedy: "Run it with --status in a minute.",
      cause: error,
    });
  }
}

/** Longest time one call about lease or log may take: the lease has to be renewed meanwhile. */
const OWN_CALL_SECONDS = 20;
