import { describe, expect, it } from "vitest";
import { findForeignSteps, type PreviewStep } from "../../../../runbooks/rotation/swap/expected-changes.ts";

const TYPES = {
  client: "aws:cognito/userPoolClient:UserPoolClient",
  style: "aws:cognito/managedLoginBranding:ManagedLoginBranding",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  dashboard: "aws:cloudwatch/dashboard:Dashboard",
  rule: "aws:lb/listenerRule:ListenerRule",
  secret: "aws:secretsmanager/secretVersion:SecretVersion",
  identityPool: "aws:cognito/identityPool:IdentityPool",
  roles: "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
  parameter: "aws:ssm/parameter:Parameter",
  object: "aws:s3/bucketObjectv2:BucketObjectv2",
  pool: "aws:cognito/userPool:UserPool",
};

const step = (op: string, type: keyof typeof TYPES, name: string, ...changed: string[]): PreviewStep => ({
  op,
  urn: `urn:pulumi:dev::sekisho::sekisho:index:AppClients$${TYPES[type]}::${name}`,
  changed,
});
const stack: PreviewStep = {
  op: "update",
  urn: "urn:pulumi:dev::sekisho::pulumi:pulumi:Stack::sekisho-dev",
  changed: [],
};
/** What names the ids of clients. */
const followers = [
  stack,
  step("update", "rule", "routes-slot-40-0", "actions"),
  step("update", "identityPool", "identity-pool", "cognitoIdentityProviders"),
  step("update", "roles", "identity-pool-roles", "roleMappings"),
  step("update", "alarm", "alarm-sign-in-throttles", "metricQueries"),
  step("update", "dashboard", "stack-alarms", "dashboardBody"),
  step("update", "parameter", "stack-parameters-clients/web", "value"),
  step("update", "parameter", "stack-parameters-clients/web-copy", "value"),
  step("update", "object", "stack-parameters-newest", "content"),
];
const web = { name: "web", poolGeneration: 1 };

describe("what a deployment of a swap may change", () => {
  it.each<[string, { move: "add" | "move" | "return" | "remove"; generation: number }, PreviewStep[]]>([
    [
      "the second generation comes",
      { move: "add", generation: 2 },
      [
        step("create", "client", "client-web_2"),
        step("create", "style", "sign-in-style-web_2"),
        step("create", "alarm", "alarm-sign-in-failures-web_2"),
        step("create", "alarm", "alarm-sign-in-throttles-2"),
      ],
    ],
    [
      "it is put into use",
      { move: "move", generation: 2 },
      [
        step("same", "client", "client-web"),
        step("same", "client", "client-web_2"),
        step("replace", "secret", "client-secret-web-first", "secretString"),
      ],
    ],
    [
      "the first one is put into use again",
      { move: "return", generation: 1 },
      [step("replace", "secret", "client-secret-web-first")],
    ],
    [
      "the first one goes",
      { move: "remove", generation: 1 },
      [
        step("delete", "client", "client-web"),
        step("delete", "style", "sign-in-style-web"),
        step("delete", "alarm", "alarm-sign-in-failures-web"),
        step("delete", "alarm", "alarm-sign-in-throttles-2"),
      ],
    ],
  ])("when %s: that, and what names clients", (_title, edit, own) => {
    expect(findForeignSteps([...own, ...followers], edit, web)).toEqual([]);
    expect(findForeignSteps([], edit, web)).toEqual([]);
  });

  it("carries the number of a second user pool in the names", () => {
    const edit = { move: "add", generation: 2 } as const;
    const created = step("create", "client", "client-web_2-g2");
    expect(findForeignSteps([created], edit, { name: "web", poolGeneration: 2 })).toEqual([]);
    expect(findForeignSteps([created], edit, web)).toHaveLength(1);
  });

  it.each<[string, PreviewStep, string]>([
    [
      "another client comes",
      step("create", "client", "client-web_3"),
      "create aws:cognito/userPoolClient:UserPoolClient client-web_3",
    ],
    [
      "the client of another name comes",
      step("create", "client", "client-website_2"),
      "create aws:cognito/userPoolClient:UserPoolClient client-website_2",
    ],
    [
      "the client in use goes",
      step("delete", "client", "client-web"),
      "delete aws:cognito/userPoolClient:UserPoolClient client-web",
    ],
    [
      "the client in use is replaced",
      step("replace", "client", "client-web"),
      "replace aws:cognito/userPoolClient:UserPoolClient client-web",
    ],
    [
      "a client changes",
      step("update", "client", "client-web", "explicitAuthFlows"),
      "update aws:cognito/userPoolClient:UserPoolClient client-web",
    ],
    [
      "the secret is written",
      step("replace", "secret", "client-secret-web-first"),
      "replace aws:secretsmanager/secretVersion:SecretVersion client-secret-web-first",
    ],
    [
      "a rule opens to more",
      step("update", "rule", "routes-slot-40-0", "actions", "conditions"),
      "update aws:lb/listenerRule:ListenerRule routes-slot-40-0",
    ],
    [
      "a rule comes",
      step("create", "rule", "routes-slot-50-0"),
      "create aws:lb/listenerRule:ListenerRule routes-slot-50-0",
    ],
    [
      "the identity pool changes otherwise",
      step("update", "identityPool", "identity-pool", "allowUnauthenticatedIdentities"),
      "update aws:cognito/identityPool:IdentityPool identity-pool",
    ],
    [
      "an alarm becomes another",
      step("update", "alarm", "alarm-sign-in-failures-web", "threshold"),
      "update aws:cloudwatch/metricAlarm:MetricAlarm alarm-sign-in-failures-web",
    ],
    [
      "a parameter goes",
      step("delete", "parameter", "stack-parameters-routes"),
      "delete aws:ssm/parameter:Parameter stack-parameters-routes",
    ],
    [
      "the pool changes",
      step("update", "pool", "user-pool", "mfaConfiguration"),
      "update aws:cognito/userPool:UserPool user-pool",
    ],
    [
      "a step is of a kind nobody knows",
      step("import", "client", "client-web_2"),
      "import aws:cognito/userPoolClient:UserPoolClient client-web_2",
    ],
  ])("names what is not a part of it: %s", (_title, foreign, named) => {
    const steps = [...followers, foreign];
    expect(findForeignSteps(steps, { move: "add", generation: 2 }, web)).toEqual([named]);
  });

  it("takes the secret of another client for a change of somebody else, and the coming of a client while one is put into use", () => {
    const steps = [
      step("replace", "secret", "client-secret-batch-first"),
      step("create", "client", "client-web_2"),
    ];
    expect(findForeignSteps(steps, { move: "move", generation: 2 }, web)).toHaveLength(2);
  });
});
