import { randomBytes } from "node:crypto";
import { vi } from "vitest";
import type { Client } from "../../local/cognito/state.ts";
import type { LoadBalancers } from "../../local/services/load-balancers.ts";
import { rotateClientSecretRunbook } from "../../runbooks/rotate-client-secret.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { type BackupWorld, startBackupWorld } from "./backup-world.ts";
import type { SecretVersion } from "./secret-store.ts";
import { createTestHost, type TestHost, type TestHostValues } from "./test-host.ts";

/** A stack "test" with one client, its secret, and the rules of a load balancer that sign people in with it. */
export interface RotationWorld extends BackupWorld {
  /** Another one after renewClient. */
  readonly clientId: string;
  /** The client as the strict model keeps it. */
  readonly client: Client;
  /** Puts another client in the place of this one, as if nobody had ever rotated. */
  renewClient: (secret?: string) => Promise<void>;
  /** As if the lease of a run that was killed had run out. */
  dropLease: () => void;
  /** Versions of the client's secret, oldest first. */
  versions: () => SecretVersion[];
  /** The version with this label. */
  versionWith: (label: string) => SecretVersion | undefined;
  balancers: LoadBalancers;
  listenerArn: string;
  /** The secret that each rule, or the listener for its default action, was written with last, by its ARN. */
  copies: ReadonlyMap<string, string>;
  /** A path for each rule that signs people in. */
  protectedPaths: () => string[];
  /** Lets AWS's time go on, as the answers of Secrets Manager tell it. */
  passTime: (milliseconds: number) => void;
  /** Writes an output of the stack. */
  setOutput: (name: string, value: object) => void;
  /** Runs the command for the client "web" of the stack "test". */
  rotate: (...argv: string[]) => Promise<TestHost>;
  /** The same with what it takes to change something. */
  apply: (...argv: string[]) => Promise<TestHost>;
  /** The same as a process of another kind. */
  runAs: (values: TestHostValues, ...argv: string[]) => Promise<TestHost>;
  /** Requests that changed something, but for lease and log, as they were answered with success. */
  writes: () => string[];
}

export interface RotationWorldOptions {
  kind?: "alb" | "server" | "machine";
  /** Rules with authenticate-oidc; one unless given. */
  rules?: number;
  /** Whether the listener's default action signs people in, too. */
  hasDefault?: boolean;
  /** What the client is made with besides. */
  client?: object;
  /** Its secret; one of Cognito's unless given. */
  secret?: string;
}

export const STACK_LOG = "/sekisho/test/runbooks";
export const CLIENT_SECRET = "sekisho/test/clients/web";
export const SIGN_IN_HOST = "example-test.auth.ap-northeast-1.amazoncognito.com";
const LISTENER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/front/0123456789abcdef/fedcba9876543210";
const TARGETS = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/app/0123456789abcdef";

/** What it takes to change something. */
export const APPLY = ["--apply", "--ticket", "CHG-1", "--confirm", "web"];

export async function startRotationWorld(options: RotationWorldOptions = {}): Promise<RotationWorld> {
  const { kind = "alb", rules = 1, hasDefault = false, client: settings = {}, secret } = options;
  const world = await startBackupWorld({ PoolName: "sekisho-test", UsernameAttributes: ["email"] });
  const { model, objects, gateway, poolId } = world;
  const admin = (operation: string, input: object) =>
    model.handle(operation, { UserPoolId: poolId, ...input }, { isSigned: true }) as Promise<{
      UserPoolClient: { ClientId: string; ClientSecret: string };
    }>;
  const setOutput = (name: string, value: object) =>
    objects.parameters.set(`/sekisho/test/${name}`, JSON.stringify(value));
  await admin("CreateUserPoolDomain", { Domain: "example-test" });
  objects.logs.set(STACK_LOG, new Map());
  setOutput("runbook-log", { logGroup: STACK_LOG });
  setOutput("sign-in-page", { host: SIGN_IN_HOST });
  setOutput("routes", { listenerArn: LISTENER, firstPriority: 100 });

  const createClient = async (ClientSecret?: string): Promise<{ client: Client; value: string }> => {
    const { UserPoolClient: made } = await admin("CreateUserPoolClient", {
      ClientName: "web",
      ...(ClientSecret === undefined ? { GenerateSecret: true } : { ClientSecret }),
      ...SETTINGS[kind],
      ...settings,
    });
    const { ClientId: clientId, ClientSecret: value } = made;
    const client = model.pools.get(poolId)?.clients.get(clientId);
    if (client === undefined) throw new Error("the client is not there");
    objects.secrets.delete(CLIENT_SECRET);
    objects.secrets.set(
      CLIENT_SECRET,
      JSON.stringify({ clientId, clientSecret: value, userPoolId: poolId, domain: SIGN_IN_HOST }),
    );
    setOutput("clients/web", { kind, clientId, secretName: CLIENT_SECRET });
    return { client, value };
  };
  let { client, value } = await createClient(secret);

  const balancers = gateway.services.loadBalancers("ap-northeast-1");
  balancers.seed({ arn: LISTENER, targetGroupArns: [TARGETS] });
  const copies = keepCopies(balancers);
  const actions = () => signInActions({ clientId: client.id, poolId, secret: value });
  if (hasDefault) {
    await balancers.handle("ModifyListener", { ListenerArn: LISTENER, DefaultActions: actions() });
  }
  for (let number = 0; number < rules; number++) {
    await balancers.handle("CreateRule", {
      ListenerArn: LISTENER,
      Priority: String(100 + number),
      Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: [pathOf(number)] } }],
      Actions: actions(),
    });
  }
  const dropLease = () => {
    const work = objects.buckets.get("sekisho-test-work");
    for (const key of work?.keys() ?? []) if (key.startsWith("leases/rotation-")) work?.delete(key);
  };
  const renewClient = async (another?: string): Promise<void> => {
    await admin("DeleteUserPoolClient", { ClientId: client.id });
    ({ client, value } = await createClient(another));
    for (const arn of copies.keys()) {
      await (arn === LISTENER
        ? balancers.handle("ModifyListener", { ListenerArn: arn, DefaultActions: actions() })
        : balancers.handle("ModifyRule", { RuleArn: arn, Actions: actions() }));
    }
    objects.logs.set(STACK_LOG, new Map());
    objects.clock.aheadMs = 0;
    dropLease();
  };

  const runAs = async (values: TestHostValues, ...argv: string[]) => {
    for (const [name, value] of Object.entries(world.environment)) vi.stubEnv(name, value);
    const host = createTestHost(["--stack", "test", "--client", "web", ...argv], {
      randomBytes,
      env: world.environment,
      ...values,
    });
    await runRunbook(rotateClientSecretRunbook, host);
    return host;
  };
  const versions = () => objects.secrets.versionsOf(CLIENT_SECRET);
  return {
    ...world,
    get clientId() {
      return client.id;
    },
    get client() {
      return client;
    },
    renewClient,
    dropLease,
    versions,
    versionWith: (label) => versions().find(({ labels }) => labels.includes(label)),
    balancers,
    listenerArn: LISTENER,
    copies,
    protectedPaths: () => [
      ...(hasDefault ? ["/"] : []),
      ...Array.from({ length: rules }, (_, number) => pathOf(number)),
    ],
    passTime: (milliseconds) => {
      objects.clock.aheadMs += milliseconds;
    },
    setOutput,
    runAs,
    rotate: (...argv) => runAs({}, ...argv),
    apply: (...argv) => runAs({}, ...argv, ...APPLY),
    writes: () =>
      gateway.history.entries.flatMap(({ service, operation, status }) =>
        service !== "s3" && service !== "logs" && status === 200 && CHANGES.test(operation)
          ? [operation]
          : [],
      ),
  };
}

const pathOf = (rule: number) => `/${rule}/*`;

/** Notes down which secret each rule is written with: AWS never shows it again. */
function keepCopies(balancers: LoadBalancers): ReadonlyMap<string, string> {
  const copies = new Map<string, string>();
  const { handle } = balancers;
  balancers.handle = async (operation, input) => {
    const output = await handle.call(balancers, operation, input);
    const { Actions, DefaultActions, RuleArn, ListenerArn } = Object(input);
    const { Rules = [] } = output as { Rules?: { RuleArn: string }[] };
    const secret = findSecret(Actions ?? DefaultActions ?? []);
    const arn = RuleArn ?? Rules[0]?.RuleArn ?? ListenerArn;
    if (/^(Create|Modify)/.test(operation) && secret !== undefined) copies.set(arn, secret);
    return output;
  };
  return copies;
}

function findSecret(
  actions: readonly { AuthenticateOidcConfig?: { ClientSecret?: string } }[],
): string | undefined {
  return actions.flatMap(({ AuthenticateOidcConfig: config }) => config?.ClientSecret ?? [])[0];
}

const CHANGES = /^(Add|Create|Delete|Modify|Put|Set|Update)/;

/** A rule's actions as the program writes them for `authenticate: oidc`. */
export function signInActions({
  clientId,
  poolId,
  secret,
}: {
  clientId: string;
  poolId: string;
  secret: string;
}): object[] {
  return [
    {
      Type: "authenticate-oidc",
      Order: "1",
      AuthenticateOidcConfig: {
        Issuer: `https://cognito-idp.ap-northeast-1.amazonaws.com/${poolId}`,
        AuthorizationEndpoint: `https://${SIGN_IN_HOST}/oauth2/authorize`,
        TokenEndpoint: `https://${SIGN_IN_HOST}/oauth2/token`,
        UserInfoEndpoint: `https://${SIGN_IN_HOST}/oauth2/userInfo`,
        ClientId: clientId,
        ClientSecret: secret,
        SessionCookieName: "sekisho-test-web-oidc",
        SessionTimeout: "28800",
        Scope: "openid email",
        AuthenticationRequestExtraParams: { ui_locales: "ja" },
        OnUnauthenticatedRequest: "authenticate",
      },
    },
    { Type: "forward", Order: "2", TargetGroupArn: TARGETS },
  ];
}

const CODE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "email"],
  CallbackURLs: ["https://app.example.com/oauth2/idpresponse"],
  SupportedIdentityProviders: ["COGNITO"],
  ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
};

/** What the program makes a client of each kind with, as far as a rotation cares. */
const SETTINGS = {
  alb: CODE,
  server: {
    // SRP as the program has it takes a tenth of a second each time; a test of its own tries it.
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    PreventUserExistenceErrors: "ENABLED",
  },
  machine: { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_CUSTOM_AUTH"] },
} as const;
