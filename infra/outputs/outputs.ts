import { z } from "zod";

/** Version of the parameter layout below; a reader refuses a number it does not know. */
export const OUTPUTS_VERSION = 1;

/** What a parameter of the standard tier holds (AWS Systems Manager, "Managing parameter tiers"). */
export const LARGEST_PARAMETER_BYTES = 4096;

/**
 * What a stack may be called. It becomes part of bucket names, which are the shortest and strictest of all (Amazon S3
 * User Guide, General purpose bucket naming rules).
 */
export const STACK_NAME = /^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/;
export const STACK_NAME_WORDS =
  "1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last";

/** A Region's code, such as ap-northeast-1, as a part of patterns. */
export const REGION = "[a-z]{2}(-[a-z]+)+-\\d";
export const REGION_NAME = new RegExp(`^${REGION}$`);

/** `/sekisho/<stack>/stack`: which deployment this is. */
export const stackPart = z.strictObject({
  version: z.literal(OUTPUTS_VERSION),
  stack: z.string(),
  account: z.string(),
  region: z.string(),
  copyRegion: z.string().optional(),
  disposable: z.boolean(),
});

/** `/sekisho/<stack>/users`: the user pool. */
export const usersPart = z.strictObject({
  userPoolId: z.string(),
  userPoolArn: z.string(),
  userPoolName: z.string(),
  generation: z.number(),
});

/**
 * `/sekisho/<stack>/clients/<name>`: one app client; `secretName` only for kinds that have a secret. `generation` is the
 * one in use, 1 when it is absent, and `clientId` and the secret are its own; `others` has the ids of the generations
 * beside it, whose tokens are accepted as well, by their numbers.
 */
export const clientPart = z.strictObject({
  kind: z.enum(["alb", "cli", "server", "machine"]),
  clientId: z.string(),
  secretName: z.string().optional(),
  generation: z.number().optional(),
  others: z.record(z.string().regex(/^[1-9]\d?$/), z.string()).optional(),
});

/** `/sekisho/<stack>/sign-in-page`: the managed login host, without `https://`. */
export const signInPagePart = z.strictObject({ host: z.string() });

/** `/sekisho/<stack>/routes`: where the rules live; the rules themselves are read from the load balancer. */
export const routesPart = z.strictObject({
  listenerArn: z.string(),
  firstPriority: z.number(),
});

/** `/sekisho/<stack>/aws-access`: the identity pool and the roles its rules choose from. */
export const awsAccessPart = z.strictObject({
  identityPoolId: z.string(),
  provider: z.string(),
  client: z.string(),
  roles: z.record(z.string(), z.string()),
});

/** `/sekisho/<stack>/sms`: where SMS deliveries are logged. */
export const smsPart = z.strictObject({
  successLogGroup: z.string(),
  failureLogGroup: z.string(),
});

/** `/sekisho/<stack>/email`: the sender. */
export const emailPart = z.strictObject({
  domain: z.string(),
  from: z.string(),
  identityArn: z.string(),
  /** Whether others made the identity and keep it. */
  isReferenced: z.boolean().optional(),
});

/** `/sekisho/<stack>/backup`: the buckets. The copy holds the same sets in another Region. */
export const backupPart = z.strictObject({
  bucket: z.string(),
  workBucket: z.string(),
  keyArn: z.string(),
  workKeyArn: z.string(),
  keepDays: z.number(),
  lock: z.enum(["governance", "compliance", "none"]),
  copy: z.strictObject({ region: z.string(), bucket: z.string(), keyArn: z.string() }).optional(),
});

/** `/sekisho/<stack>/backup-schedule`: what backs up by itself, and how much a loss costs at most. */
export const backupSchedulePart = z.strictObject({
  runsOn: z.enum(["lambda", "codebuild"]),
  /** Of the function or the build project. */
  name: z.string(),
  logGroup: z.string(),
  schedule: z.string(),
  timezone: z.string(),
  recoveryPointHours: z.number(),
});

/** `/sekisho/<stack>/runbook-access`: the role of each runbook, by the runbook's name. */
export const runbookAccessPart = z.strictObject({ roles: z.record(z.string(), z.string()) });

/** `/sekisho/<stack>/runbook-log`: where every runbook that changes something writes who did what. */
export const runbookLogPart = z.strictObject({ logGroup: z.string() });

/** `/sekisho/<stack>/restore`: what bringing users back needs besides the sets. */
export const restorePart = z.strictObject({
  /** The role Cognito takes to write the logs of import jobs. */
  importRoleArn: z.string(),
  /** The list of people who were erased for good: its key in the work bucket. */
  erasedList: z.string(),
  /** Name of the secret with the key that recognises them. */
  erasedKeySecret: z.string(),
  /** Where people sign in, for messages that send them there. */
  siteUrl: z.string().optional(),
});

/** `/sekisho/<stack>/fixed`: what AWS never changes of the pool, so that the next deployment can tell. */
export const fixedPart = z.strictObject({
  usernameAttributes: z.array(z.string()),
  aliasAttributes: z.array(z.string()),
  caseSensitive: z.boolean().optional(),
  sendsSms: z.boolean(),
  hasSmsRole: z.boolean(),
  /** Whether the account's SMS settings are the stack's. */
  ownsSmsSettings: z.boolean(),
  /** Custom and unusual standard attributes, in words. */
  attributes: z.record(z.string(), z.string()),
  /** Generations that are kept beside the pool. */
  keep: z.array(z.number()),
  /** Whether people's secret questions are kept, and the requests that the web ACL of the sign-in page saw. */
  hasQuestions: z.boolean().optional(),
  hasRequestLog: z.boolean().optional(),
  /** Whether the requests that the web ACL of the load balancer saw are kept. */
  hasBalancerLog: z.boolean().optional(),
  /** Whether logs and secrets are encrypted with the stack's own keys. */
  hasKeys: z.boolean().optional(),
  /** The functions that the pool calls, and a pool that is kept may call still. */
  triggers: z.array(z.string()).optional(),
  /** Where the stack's own load balancer stands. */
  vpcId: z.string().optional(),
});

/** `/sekisho/<stack>/groups`: the groups; absent where one parameter cannot hold their names. */
export const groupsPart = z.strictObject({ names: z.array(z.string()) });

/** `/sekisho/<stack>/let-go`: what the last deployment took the protection off. */
export const letGoPart = z.strictObject({
  generations: z.array(z.number()),
  groups: z.array(z.string()),
  clients: z.array(z.string()),
  parts: z.array(z.string()),
});

/** `/sekisho/<stack>/audit`: where it is written who signed in, and where to ask. */
export const auditPart = z.strictObject({
  keepDays: z.number(),
  logGroups: z.strictObject({
    notifications: z.string(),
    userEvents: z.string().optional(),
    signIns: z.string().optional(),
  }),
  accessLogs: z.strictObject({ bucket: z.string(), folder: z.string() }).optional(),
  trail: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("existing"), location: z.string().optional() }),
    z.strictObject({
      kind: z.literal("create"),
      trailArn: z.string(),
      bucket: z.string(),
      keyArn: z.string(),
    }),
  ]),
  queries: z
    .strictObject({
      workgroup: z.string(),
      database: z.string(),
      tables: z.array(z.string()),
      bucket: z.string(),
      keyArn: z.string(),
    })
    .optional(),
});

/** `/sekisho/<stack>/alarms`: who hears of alarms, and where they are seen together. */
export const alarmsPart = z.strictObject({ topicArn: z.string(), dashboard: z.string() });

/** `/sekisho/<stack>/questions`: where people's secret questions are. */
export const questionsPart = z.strictObject({ table: z.string(), tableArn: z.string(), keyArn: z.string() });

/** `/sekisho/<stack>/sign-outs`: the table that says since when tokens of a user are good again. */
export const signOutsPart = z.strictObject({ table: z.string(), tableArn: z.string() });

/** Version of the layout below; a reader refuses a number it does not know. */
export const SIGN_IN_FILE_VERSION = 1;

/**
 * `/sekisho/<stack>/sign-in-file`, and Pulumi's output `signInFile`: what people without any right in AWS need to sign
 * in at the command line. Ids that are public anyway, no secret. Absent where one parameter cannot hold it.
 */
export const signInFilePart = z.strictObject({
  version: z.literal(SIGN_IN_FILE_VERSION),
  stack: z.string(),
  region: z.string(),
  userPoolId: z.string(),
  /** Of the client of kind `cli`, which has no secret. */
  clientId: z.string(),
  /** The ways of signing in that this client has; srp where the file does not say. */
  flows: z.array(z.enum(["srp", "password", "question"])).optional(),
  /** May everybody make an account? */
  selfSignUp: z.boolean(),
  /** Attributes an account must have, and those users may change through this client. */
  requiredAttributes: z.array(z.string()),
  writableAttributes: z.array(z.string()),
  /** Minutes from the password to the last code. */
  authSessionMinutes: z.number(),
  /** How long a sign-in can be renewed without a password; absent where the program does not tell. */
  refreshTokenMinutes: z.number().optional(),
  /** Where a browser signs in, with an address on this machine that it comes back to; absent where the client cannot. */
  browser: z.strictObject({ host: z.string(), callbackUrl: z.string() }).optional(),
  /** Temporary AWS credentials; absent where the stack has none for this client. Rules in their order. */
  awsAccess: z
    .strictObject({
      identityPoolId: z.string(),
      roles: z.record(z.string(), z.string()),
      rules: z.array(
        z.strictObject({
          claim: z.string(),
          match: z.enum(["equals", "contains", "startsWith", "notEqual"]),
          value: z.string(),
          role: z.string(),
        }),
      ),
    })
    .optional(),
});

/** Each part by its name below `/sekisho/<stack>/`; `clients` is one parameter per client. */
export const outputParts = {
  stack: stackPart,
  users: usersPart,
  "sign-in-page": signInPagePart,
  routes: routesPart,
  "aws-access": awsAccessPart,
  sms: smsPart,
  email: emailPart,
  backup: backupPart,
  "backup-schedule": backupSchedulePart,
  "runbook-access": runbookAccessPart,
  "runbook-log": runbookLogPart,
  restore: restorePart,
  audit: auditPart,
  alarms: alarmsPart,
  questions: questionsPart,
  "sign-outs": signOutsPart,
  "sign-in-file": signInFilePart,
  fixed: fixedPart,
  groups: groupsPart,
  "let-go": letGoPart,
} as const;

/** All outputs of one stack, as the runbooks hold them; deployments of older versions lack some. */
export const stackOutputs = z.strictObject({
  stack: stackPart,
  users: usersPart,
  clients: z.record(z.string(), clientPart),
  "sign-in-page": signInPagePart.optional(),
  routes: routesPart.optional(),
  "aws-access": awsAccessPart.optional(),
  sms: smsPart.optional(),
  email: emailPart.optional(),
  backup: backupPart,
  "backup-schedule": backupSchedulePart.optional(),
  "runbook-access": runbookAccessPart.optional(),
  "runbook-log": runbookLogPart.optional(),
  restore: restorePart.optional(),
  audit: auditPart.optional(),
  alarms: alarmsPart.optional(),
  questions: questionsPart.optional(),
  "sign-outs": signOutsPart.optional(),
  "sign-in-file": signInFilePart.optional(),
  fixed: fixedPart.optional(),
  groups: groupsPart.optional(),
  "let-go": letGoPart.optional(),
});

export type OutputPart = keyof typeof outputParts;
export type StackOutputs = z.infer<typeof stackOutputs>;

/** The path below which every output of a stack lies, with a trailing slash. */
export function outputsPath(stack: string): string {
  return `/sekisho/${stack}/`;
}

/** The log group in which runbooks write down what they changed. */
export function runbookLogGroup(stack: string): string {
  return `/sekisho/${stack}/runbooks`;
}

/** The list of erased people: its key in the work bucket. */
export const ERASED_LIST = "erased/erased-users.ndjson";

/** Name of the Secrets Manager secret with the key that recognises erased people. */
export function erasedKeySecretName(stack: string): string {
  return `sekisho/${stack}/erased-list-key`;
}

/** Name of the Secrets Manager secret of one app client. */
export function clientSecretName(stack: string, client: string): string {
  return `sekisho/${stack}/clients/${client}`;
}
