import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import declareStack from "../../infra/index.ts";
import { estimatePartBytes, LARGEST_PARAMETER_BYTES } from "../../infra/outputs/output-sizes.ts";
import { stackOutputs } from "../../infra/outputs/outputs.ts";
import { readSettings } from "../../infra/settings.ts";
import { type Declaration, type DeclareOptions, declare } from "../support/pulumi-mocks.ts";

const PARAMETER = "aws:ssm/parameter:Parameter";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const region = "ap-northeast-1";

/** Every section of a stack file, by its name without `sekisho:`. */
const whole: Record<string, unknown> = JSON.parse(
  readFileSync(new URL("../fixtures/whole-stack.json", import.meta.url), "utf8"),
);
/** What no stack file can leave out. */
const least = {
  users: whole.users,
  mfa: { mode: "required", factors: ["totp"] },
  clients: { cli: { kind: "cli" } },
  backup: whole.backup,
};

interface Surroundings {
  isSenderVerified?: boolean;
  deployedParameters?: Record<string, string>;
  deployedPools?: string[];
  spendQuotaUsd?: number;
}

function declareProgram(
  config: Record<string, unknown>,
  {
    isSenderVerified = true,
    deployedParameters = {},
    deployedPools = [],
    spendQuotaUsd = 1_000,
  }: Surroundings = {},
): Promise<Declaration> {
  const calls: DeclareOptions["calls"] = {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
    "aws:sesv2/getEmailIdentity:getEmailIdentity": () => ({ verifiedForSendingStatus: isSenderVerified }),
    "aws:ssm/getParametersByPath:getParametersByPath": () => ({
      names: Object.keys(deployedParameters),
      values: Object.values(deployedParameters),
    }),
    "aws:cognito/getUserPools:getUserPools": () => ({ ids: deployedPools }),
    "aws:cognito/getUserPool:getUserPool": () => ({ estimatedNumberOfUsers: 42 }),
    "aws:cloudwatch/getLogGroups:getLogGroups": () => ({ logGroupNames: [] }),
    "aws:acm/getCertificate:getCertificate": ({ domain }) => {
      throw new Error(`no ACM Certificate matching domain (${domain})`);
    },
    "aws:servicequotas/getService:getService": () => ({ serviceCode: "messaging" }),
    "aws:servicequotas/getServiceQuota:getServiceQuota": () => ({ value: spendQuotaUsd }),
    "aws:lb/getListener:getListener": () => ({ protocol: "HTTPS" }),
    "aws:lb/getLoadBalancer:getLoadBalancer": () => ({ internal: false, ipAddressType: "dualstack" }),
    "aws:lb/getListenerRule:getListenerRule": () => {
      throw new Error("reading ELBV2 Listener Rule Data Source: empty result");
    },
  };
  const outputs: DeclareOptions["outputs"] = ({ type }) =>
    type === "aws:sesv2/emailIdentity:EmailIdentity"
      ? {
          arn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
          dkimSigningAttributes: { tokens: ["one", "two", "three"] },
        }
      : {};
  return declare(
    () => {
      pulumi.runtime.setAllConfig({ "aws:region": region, ...engineConfig(config) });
      return { program: pulumi.output(declareStack().catch(({ message }: Error) => ({ refused: message }))) };
    },
    { calls, outputs },
  );
}

function engineConfig(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [`sekisho:${name}`, JSON.stringify(value)]),
  );
}

function settingsOf(config: Record<string, unknown>) {
  const read = readSettings({ stack: "dev", region, config });
  if ("faults" in read) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

afterEach(() => pulumi.runtime.setAllConfig({}));

describe("the program", () => {
  let declared: Declaration;
  beforeAll(async () => {
    declared = await declareProgram(whole);
  });

  test("gives runbooks the outputs they can read, and Pulumi the same", () => {
    const { dnsRecordsToCreate, signInFile, ...outputs } = programOutputs(declared);
    const newest = declared.one(OBJECT, "stack-parameters-newest").inputs.content;
    expect(stackOutputs.parse(outputs)).toEqual(JSON.parse(String(newest)));
    expect(outputs).toMatchObject({
      stack: { version: 1, stack: "dev", account: "123456789012", region, copyRegion: "ap-northeast-3" },
      users: { userPoolName: "sekisho-dev", generation: 1 },
      clients: {
        cli: { kind: "cli", clientId: "client-cli-id" },
        web: { kind: "alb", clientId: "client-web-id", secretName: "sekisho/dev/clients/web" },
      },
      "sign-in-page": { host: "example-login.auth.ap-northeast-1.amazoncognito.com" },
      routes: { firstPriority: 100 },
      "aws-access": { client: "cli" },
      "runbook-log": { logGroup: "/sekisho/dev/runbooks" },
      restore: {
        importRoleArn: expect.stringContaining("sekisho-dev-user-import"),
        erasedList: "erased/erased-users.ndjson",
        erasedKeySecret: "sekisho/dev/erased-list-key",
      },
    });
    expect(signInFile).toEqual(outputs["sign-in-file"]);
    expect(dnsRecordsToCreate).toHaveLength(6);
  });

  test("puts a guard in front of the pool and of the load balancer that it makes", () => {
    const guarded = declared.all("aws:wafv2/webAclAssociation:WebAclAssociation");
    expect(guarded.map(({ inputs }) => inputs.resourceArn)).toEqual([
      "arn:aws:cognito:ap-northeast-1:123456789012:users-id",
      "arn:aws:lb:ap-northeast-1:123456789012:sekisho-dev-id",
    ]);
  });

  test("declares nothing for sections that the stack file leaves out", async () => {
    const small = await declareProgram(least);
    expect(Object.keys(programOutputs(small))).toEqual([
      "stack",
      "users",
      "clients",
      "backup",
      "runbook-log",
      "restore",
      "sign-outs",
      "sign-in-file",
      "fixed",
      "groups",
      "signInFile",
      "dnsRecordsToCreate",
    ]);
    const types = new Set(small.resources.map(({ type }) => type.split("/")[0]));
    const optional = ["sesv2", "lb", "sns", "route53", "athena", "cloudtrail", "glue", "wafv2"];
    expect(optional.filter((service) => types.has(`aws:${service}`))).toEqual([]);
    const watching = small.resources.filter(({ type }) => type.startsWith("aws:cloudwatch/"));
    expect(watching.map(({ name }) => name)).toEqual(["runbook-log"]);
    expect(small.all("aws:cognito/identityPool:IdentityPool")).toEqual([]);
  });

  test("puts no secret into a parameter, an output or the work bucket", () => {
    const secrets = declared
      .all("aws:cognito/userPoolClient:UserPoolClient")
      .map(({ name }) => `first-secret-of-${name}`);
    const versions = declared.all("aws:secretsmanager/secretVersion:SecretVersion");
    const kept = versions.map(({ inputs }) => inputs);
    expect(JSON.stringify(kept)).toContain("first-secret-of-client-web");
    expect(versions.filter(({ secretInputs }) => !secretInputs.includes("secretString"))).toEqual([]);
    const { inputs } = declared.one(
      "aws:secretsmanager/secretVersion:SecretVersion",
      "erased-list-key-first",
    );
    const { key } = JSON.parse(String(inputs.secretString));
    const readable = JSON.stringify([declared.outputs, declared.all(PARAMETER), declared.all(OBJECT)]);
    expect([...secrets, key].filter((secret) => readable.includes(secret))).toEqual([]);
  });

  test("writes no parameter that is larger than it said it could be, nor than its tier holds", () => {
    const bounds = estimatePartBytes(settingsOf(whole));
    const parameters = declared.all(PARAMETER).filter(({ inputs }) => inputs.region === undefined);
    expect(parameters).toHaveLength(Object.keys(bounds).length);
    for (const { inputs } of parameters) {
      const bound = bounds[String(inputs.name).replace("/sekisho/dev/", "")];
      expect(Buffer.byteLength(String(inputs.value))).toBeLessThanOrEqual(Number(bound));
      expect(bound).toBeLessThanOrEqual(LARGEST_PARAMETER_BYTES);
    }
  });

  const PRECIOUS = [
    "aws:cognito/userPool:UserPool",
    "aws:cognito/userPoolClient:UserPoolClient",
    "aws:cognito/userGroup:UserGroup",
    "aws:cognito/identityPool:IdentityPool",
    "aws:secretsmanager/secret:Secret",
    "aws:sesv2/emailIdentity:EmailIdentity",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:kms/key:Key",
  ];

  test.each(PRECIOUS)("guards every %s against deletion, and keeps it when it leaves the program", (type) => {
    expect(declared.all(type).length).toBeGreaterThan(0);
    for (const { options } of declared.all(type)) {
      expect(options).toMatchObject({ protect: true, retainOnDelete: true });
    }
  });

  test("guards the log of runbooks and the list of erased people like users", () => {
    const made = [
      declared.one("aws:cloudwatch/logGroup:LogGroup", "runbook-log"),
      declared.one(OBJECT, "erased-list"),
      declared.one("aws:secretsmanager/secretVersion:SecretVersion", "erased-list-key-first"),
    ];
    for (const { options } of made) expect(options).toMatchObject({ protect: true, retainOnDelete: true });
  });

  test("guards nothing of a disposable stack", async () => {
    const disposable = await declareProgram({ ...whole, disposable: true });
    expect(disposable.resources.filter(({ options }) => options.protect).map(({ name }) => name)).toEqual([]);
    const kept = PRECIOUS.flatMap((type) => disposable.all(type)).filter(
      ({ options }) => options.retainOnDelete,
    );
    expect(kept.map(({ name }) => name)).toEqual([]);
  });

  test("reaches the Region of the copy without a provider of its own, which would ignore the aws: configuration", () => {
    expect(declared.resources.filter(({ type }) => type.startsWith("pulumi:providers:"))).toEqual([]);
    expect(declared.resources.some(({ inputs }) => inputs.region === "ap-northeast-3")).toBe(true);
  });
});

describe("logs and alarms", () => {
  test("watch the stack that was declared: its balancer, its keys, its secrets, its log of sign-ins", async () => {
    const audit = { trail: "create", signInLog: "trigger" };
    const declared = await declareProgram({ ...whole, audit, alarms: { email: "ops@example.com" } });
    expect(programOutputs(declared)).toMatchObject({
      audit: {
        logGroups: { signIns: expect.stringContaining("sign-in") },
        accessLogs: { bucket: "sekisho-dev-access-logs-id" },
        trail: { kind: "create", bucket: "sekisho-dev-evidence-id" },
      },
      alarms: { dashboard: "sekisho-dev" },
    });
    const balancer = declared.one("aws:lb/loadBalancer:LoadBalancer").inputs;
    expect(balancer.accessLogs).toEqual({ bucket: "sekisho-dev-access-logs-id", enabled: true });
    const alarms = declared.all("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ name }) => name);
    expect(alarms).toEqual(
      expect.arrayContaining(
        ["balancer-sign-in-errors", "secret-age", "sign-in-log-silence"].map((name) => `alarm-${name}`),
      ),
    );
    const pattern = String(
      declared.one("aws:cloudwatch/eventRule:EventRule", "call-key-loss").inputs.eventPattern,
    );
    for (const key of ["backups", "work", "evidence"]) expect(pattern).toContain(`sekisho-dev-${key}-key-id`);
  });
});

describe("the functions that Cognito calls", () => {
  test("come before the pool that names them, serve that pool only, and are known to runbooks", async () => {
    const declared = await declareProgram({
      ...least,
      clients: { api: { kind: "server", flows: ["question"] } },
      triggers: { secretQuestion: true },
    });
    const names = declared.all("aws:lambda/function:Function").map(({ inputs }) => inputs.name);
    expect(names).toEqual([
      "sekisho-dev-define-question",
      "sekisho-dev-create-question",
      "sekisho-dev-verify-answer",
    ]);
    expect(Object.keys(declared.one("aws:cognito/userPool:UserPool").inputs.lambdaConfig ?? {})).toEqual([
      "createAuthChallenge",
      "defineAuthChallenge",
      "verifyAuthChallengeResponse",
    ]);
    const callers = declared.all("aws:lambda/permission:Permission").map(({ inputs }) => inputs.sourceArn);
    expect(callers).toHaveLength(3);
    expect(new Set(callers)).toEqual(
      new Set(["arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/users-id"]),
    );
    expect(declared.one("aws:cognito/userPoolClient:UserPoolClient").inputs.explicitAuthFlows).toEqual([
      "ALLOW_REFRESH_TOKEN_AUTH",
      "ALLOW_CUSTOM_AUTH",
    ]);
    expect(programOutputs(declared)).toMatchObject({ questions: { table: "sekisho-dev-questions" } });
  });
});

describe("a sender that SES has not verified", () => {
  test("is all that the first deployment declares, with the DNS records to make", async () => {
    const declared = await declareProgram(whole, { isSenderVerified: false });
    const types = new Set(declared.resources.filter(({ isCustom }) => isCustom).map(({ type }) => type));
    expect([...types].filter((type) => !type.startsWith("aws:sesv2/"))).toEqual([]);
    expect(types.size).toBeGreaterThan(0);
    const outputs = programOutputs(declared);
    expect(Object.keys(outputs)).toEqual(["dnsRecordsToCreate"]);
    expect(outputs.dnsRecordsToCreate).toHaveLength(6);
  });

  test("takes nothing away from a stack that stands", async () => {
    const deployed = deployedOutputs(await declareProgram(whole));
    const [verified, unverified] = [
      await declareProgram(whole),
      await declareProgram(whole, { isSenderVerified: false, deployedParameters: deployed }),
    ];
    const names = ({ resources }: Declaration) => resources.map(({ name }) => name);
    expect(names(unverified)).toEqual(names(verified));
  });
});

describe("what is seldom meant", () => {
  test("is said before anything is declared, and stops nothing", async () => {
    const warn = vi.spyOn(pulumi.log, "warn");
    const declared = await declareProgram({ ...least, users: { signInWith: "email", selfSignUp: true } });
    const said = warn.mock.calls.map(([message]) => message);
    warn.mockRestore();
    expect(said).toContainEqual(expect.stringMatching(/^sekisho:users\.selfSignUp is true: everybody /));
    expect(declared.one("aws:cognito/userPool:UserPool").name).toBeTruthy();
  });
});

describe("what is refused before anything is declared", () => {
  test("a change that would replace the pool, with everything else that cannot be had, in one list", async () => {
    const deployedParameters = deployedOutputs(await declareProgram(whole));
    const { userPoolId } = JSON.parse(deployedParameters["/sekisho/dev/users"] ?? "{}");
    const wanted = {
      ...whole,
      users: { ...Object(whole.users), signInWith: "phone", groups: {} },
      preset: "baseline",
    };
    const declared = await declareProgram(wanted, { deployedParameters, deployedPools: [userPoolId] });
    expect(programOutputs(declared).refused).toBe(
      [
        "Pulumi.dev.yaml asks for 2 changes that would delete or replace what people depend on; nothing was changed:",
        "  sekisho:users.signInWith cannot change from email to phone: AWS would make another pool in its place, and " +
          "every user of this one would be gone; put it back, or build a second pool beside this one and " +
          "move the users there: users.generation: 2 and users.keep: [1] (docs/planned-move.md)",
        "  sekisho:users.groups.admins cannot go: with the group everybody's membership of it is lost; put it back, add " +
          "admins to sekisho:letGo.groups, deploy, and only then take it out (docs/letting-go.md); it stays in AWS",
        "The user pool users-id has about 42 users. Once it is lost, only a backup brings them back, without passwords.",
      ].join("\n"),
    );
    expect(declared.resources).toEqual([]);
  });

  test("a stack file with faults, every one named", async () => {
    const declared = await declareProgram({ ...whole, mfa: { mode: "perhaps" }, alarms: {} });
    expect(programOutputs(declared).refused).toMatch(/sekisho:mfa\.mode[\s\S]*sekisho:alarms/);
    expect(declared.resources).toEqual([]);
  });

  test("a spending limit that the account does not have", async () => {
    const declared = await declareProgram(whole, { spendQuotaUsd: 1 });
    expect(programOutputs(declared).refused).toMatch(
      / {2}sekisho:sms\.monthlySpendLimitUsd is \d+, but the account may/,
    );
    expect(declared.resources).toEqual([]);
  });

  test("outputs that would not fit into their parameter", async () => {
    const names = Array.from({ length: 40 }, (_, number) => `role-${number}`);
    const roles = Object.fromEntries(names.map((name) => [name, { managedPolicies: ["ReadOnlyAccess"] }]));
    const rules = [{ claim: "custom:department", equals: "sre", role: "role-0" }];
    const declared = await declareProgram({ ...whole, awsAccess: { client: "cli", rules, roles } });
    expect(programOutputs(declared).refused).toMatch(
      /^Pulumi\.dev\.yaml has 1 fault; nothing was changed:\n {2}sekisho:awsAccess\.roles could make the parameter \/sekisho\/dev\/aws-access grow to \d+ bytes, and it holds 4096; /,
    );
    expect(declared.resources).toEqual([]);
  });
});

/** The parameters that a deployment of the program has written. */
function deployedOutputs(declared: Declaration): Record<string, string> {
  const home = declared.all(PARAMETER).filter(({ inputs }) => inputs.region === undefined);
  return Object.fromEntries(home.map(({ inputs }) => [String(inputs.name), String(inputs.value)]));
}

function programOutputs({ outputs }: Declaration): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs.program ?? {}));
}
