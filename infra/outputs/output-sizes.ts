import { accessLogFolder, queryNames } from "../audit/log-tables.ts";
import { fixedPart, groupsPart } from "../deployment/fixed-part.ts";
import { roleKey, runbookRoles } from "../runbook-access/runbook-roles.ts";
import type { AuditSettings } from "../settings/audit.ts";
import type { AwsAccessSettings } from "../settings/aws-access.ts";
import type { BackupSettings } from "../settings/backup.ts";
import type { BackupScheduleSettings } from "../settings/backup-schedule.ts";
import type { Fault } from "../settings/fault.ts";
import type { RoutesSettings } from "../settings/routes.ts";
import type { Settings } from "../settings/stack-settings.ts";
import { signInHost } from "../sign-in-page/sign-in-host.ts";
import {
  clientSecretName,
  ERASED_LIST,
  erasedKeySecretName,
  LARGEST_PARAMETER_BYTES,
  OUTPUTS_VERSION,
  outputsPath,
  runbookLogGroup,
  type StackOutputs,
} from "./outputs.ts";
import { composeSignInFile, signInClient } from "./sign-in-file.ts";

export { LARGEST_PARAMETER_BYTES } from "./outputs.ts";

/**
 * The parameters that could grow beyond the standard tier, as faults of the settings that make them so large.
 * Asked before anything is declared: AWS would refuse the parameter after everything else was built.
 */
export function findOversizedParts(settings: Settings): Fault[] {
  return Object.entries(estimatePartBytes(settings))
    .filter(([, bytes]) => bytes > LARGEST_PARAMETER_BYTES)
    .map(([name, bytes]) => {
      const { path, remedy } = behind(name, settings);
      const parameter = `${outputsPath(settings.stack)}${name}`;
      return {
        path,
        message: `could make the parameter ${parameter} grow to ${bytes} bytes, and it holds ${LARGEST_PARAMETER_BYTES}; ${remedy}`,
      };
    });
}

/**
 * The most bytes each parameter of a stack can have, by its name below `/sekisho/<stack>/`. Known from settings
 * alone: what AWS makes up (ids, ARNs) counts with its longest form.
 */
export function estimatePartBytes(settings: Settings): Record<string, number> {
  const { clients, ...parts } = largestOutputs(settings);
  return Object.fromEntries([
    ...Object.entries(parts).map(([name, part]) => [name, jsonBytes(part)]),
    ...Object.entries(clients).map(([name, part]) => [`clients/${name}`, jsonBytes(part)]),
  ]);
}

/** Whether one parameter holds the sign-in file, however long the ids in it become; rules and roles make it long. */
export function signInFileFits(settings: Settings): boolean {
  const file = largestSignInFile(settings);
  return file !== undefined && jsonBytes(file) <= LARGEST_PARAMETER_BYTES;
}

/** The setting whose length decides a part's size. */
function behind(name: string, { messages }: Settings): { path: string; remedy: string } {
  if (name === "aws-access")
    return { path: "sekisho:awsAccess.roles", remedy: "name fewer or shorter roles" };
  if (name === "email") return { path: "sekisho:email.from", remedy: "shorten the sender's name" };
  if (name === "fixed") {
    return {
      path: "sekisho:users.attributes",
      remedy: "shorten names of attributes, or leave out their limits",
    };
  }
  if (name === "restore" && messages.siteUrl !== undefined)
    return { path: "sekisho:messages.siteUrl", remedy: "shorten it" };
  if (name === "audit") return { path: "sekisho:audit.trailLocation", remedy: "shorten it" };
  if (name === "let-go") return { path: "sekisho:letGo", remedy: "let fewer things go at a time" };
  if (name.startsWith("clients/")) return { path: "sekisho:clients", remedy: "shorten the client's name" };
  return { path: "stack", remedy: "shorten the stack's name" };
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Outputs in which everything AWS chooses is as long as it can be. */
function largestOutputs(settings: Settings): StackOutputs {
  const { stack, region, disposable, clients, signInPage, routes, awsAccess, sms, email, backup, audit } =
    settings;
  const { copyTo } = backup;
  const groups = groupsPart(settings.users);
  return {
    stack: {
      version: OUTPUTS_VERSION,
      stack,
      account: LONGEST.account,
      region,
      ...(copyTo !== undefined && { copyRegion: copyTo }),
      disposable,
    },
    users: {
      userPoolId: LONGEST.userPoolId,
      userPoolArn: arn("cognito-idp", region, `userpool/${LONGEST.userPoolId}`),
      userPoolName: LONGEST.userPoolName,
      generation: settings.users.generation,
    },
    clients: Object.fromEntries(
      clients.map(({ name, kind, generation, alsoAccept }) => [
        name,
        {
          kind,
          clientId: LONGEST.clientId,
          secretName: clientSecretName(stack, name),
          generation,
          others: Object.fromEntries(alsoAccept.map((number) => [String(number), LONGEST.clientId])),
        },
      ]),
    ),
    ...(signInPage && { "sign-in-page": { host: signInHost(signInPage, region) } }),
    ...(routes && {
      routes: { listenerArn: longestListener(routes, region), firstPriority: routes.firstPriority },
    }),
    ...(awsAccess && { "aws-access": largestAwsAccess(awsAccess, region) }),
    ...(sms && { sms: { successLogGroup: LONGEST.logGroup, failureLogGroup: LONGEST.logGroup } }),
    ...(email && {
      email: {
        domain: email.domain,
        from: email.from,
        identityArn: arn("ses", region, `identity/${email.domain}`),
      },
    }),
    backup: largestBackup(backup, region),
    ...(backup.schedule && { "backup-schedule": largestSchedule(backup.schedule) }),
    ...(settings.runbookAccess && { "runbook-access": largestRunbookAccess() }),
    "runbook-log": { logGroup: runbookLogGroup(stack) },
    restore: largestRestore(settings),
    ...(audit && { audit: largestAudit(audit, settings) }),
    ...(settings.alarms && {
      alarms: {
        topicArn: arn("sns", region, `sekisho-${stack}-alarms`),
        dashboard: `sekisho-${stack}`,
      },
    }),
    ...(settings.triggers?.secretQuestion && {
      questions: {
        table: LONGEST.tableName,
        tableArn: arn("dynamodb", region, `table/${LONGEST.tableName}`),
        keyArn: arn("kms", region, `key/${LONGEST.keyId}`),
      },
    }),
    "sign-outs": {
      table: LONGEST.tableName,
      tableArn: arn("dynamodb", region, `table/${LONGEST.tableName}`),
    },
    ...(signInFileFits(settings) && { "sign-in-file": largestSignInFile(settings) }),
    fixed: fixedPart(settings, { sendsSms: false, hasSmsRole: false }),
    ...(groups && { groups }),
    ...(settings.letGo && { "let-go": settings.letGo }),
  };
}

function largestSignInFile(settings: Settings): StackOutputs["sign-in-file"] {
  const { region, signInPage, awsAccess } = settings;
  const client = signInClient(settings);
  return (
    client &&
    composeSignInFile(settings, client, {
      userPoolId: LONGEST.userPoolId,
      clientId: LONGEST.clientId,
      host: signInPage && signInHost(signInPage, region),
      identities: awsAccess && largestAwsAccess(awsAccess, region),
    })
  );
}

function longestListener({ listener }: RoutesSettings, region: string): string {
  if (listener.kind === "existing") return listener.arn;
  const { loadBalancerName, hexId } = LONGEST;
  return arn("elasticloadbalancing", region, `listener/app/${loadBalancerName}/${hexId}/${hexId}`);
}

function largestAwsAccess({ client, roles }: AwsAccessSettings, region: string) {
  return {
    identityPoolId: LONGEST.identityPoolId,
    provider: `cognito-idp.${region}.amazonaws.com/${LONGEST.userPoolId}:${LONGEST.clientId}`,
    client,
    roles: Object.fromEntries(
      Object.keys(roles).map((role) => [role, arn("iam", "", `role/${LONGEST.roleName}`)]),
    ),
  };
}

function largestSchedule({ expression, timezone }: BackupScheduleSettings) {
  return {
    runsOn: "codebuild" as const,
    name: LONGEST.functionName,
    logGroup: LONGEST.logGroup,
    schedule: expression,
    timezone,
    recoveryPointHours: 144,
  };
}

function largestRunbookAccess() {
  const role = arn("iam", "", `role/${LONGEST.roleName}`);
  return { roles: Object.fromEntries(runbookRoles.map((one) => [roleKey(one), role])) };
}

function largestRestore({ stack, messages: { siteUrl } }: Settings) {
  return {
    importRoleArn: arn("iam", "", `role/${LONGEST.roleName}`),
    erasedList: ERASED_LIST,
    erasedKeySecret: erasedKeySecretName(stack),
    ...(siteUrl !== undefined && { siteUrl }),
  };
}

function largestBackup({ keepDays, lock, copyTo }: BackupSettings, region: string) {
  const keyIn = (place: string) => arn("kms", place, `key/${LONGEST.keyId}`);
  return {
    bucket: LONGEST.bucket,
    workBucket: LONGEST.bucket,
    keyArn: keyIn(region),
    workKeyArn: keyIn(region),
    keepDays,
    lock,
    ...(copyTo !== undefined && { copy: { region: copyTo, bucket: LONGEST.bucket, keyArn: keyIn(copyTo) } }),
  };
}

function largestAudit({ keepDays, trail }: AuditSettings, { stack, region }: Settings) {
  const bucket = { bucket: LONGEST.bucket, keyArn: arn("kms", region, `key/${LONGEST.keyId}`) };
  return {
    keepDays,
    logGroups: { notifications: LONGEST.logGroup, userEvents: LONGEST.logGroup, signIns: LONGEST.logGroup },
    accessLogs: { bucket: LONGEST.bucket, folder: accessLogFolder({ account: LONGEST.account, region }) },
    trail:
      trail.kind === "existing"
        ? trail
        : { kind: trail.kind, trailArn: arn("cloudtrail", region, `trail/sekisho-${stack}`), ...bucket },
    queries: {
      ...queryNames(stack),
      tables: ["access_logs", "trail"],
      ...bucket,
    },
  };
}

function arn(service: string, region: string, resource: string): string {
  return `arn:aws:${service}:${region}:${LONGEST.account}:${resource}`;
}

/** The longest form of what AWS chooses, from the API reference of the service that chooses it. */
const LONGEST = {
  account: filler(12),
  userPoolId: filler(55),
  userPoolName: filler(128),
  clientId: filler(128),
  identityPoolId: filler(55),
  roleName: filler(64),
  bucket: filler(63),
  keyId: filler(36),
  logGroup: filler(512),
  functionName: filler(64),
  tableName: filler(255),
  loadBalancerName: filler(32),
  hexId: filler(16),
};

function filler(length: number): string {
  return "x".repeat(length);
}
