import { createPublicKey, verify } from "node:crypto";
import {
  type Action,
  CreateRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../../local/gateway.ts";
import {
  CALLBACK,
  jsonOf,
  openSignInPages,
  HOST as SIGN_IN_HOST,
  type SignInPages,
} from "../../support/sign-in-pages.ts";
import { EMAIL, HOUR, PASSWORD } from "../../support/sign-in-world.ts";
import { type Seen, send } from "./raw-client.ts";

const HOST = "app.example.com";
const PAGE = `https://${HOST}/reports?month=11`;
const LISTENER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210";
const TARGETS = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/0123456789abcdef";
const FORWARD: Action = { Type: "forward", Order: 2, TargetGroupArn: TARGETS };

let pages: SignInPages;
let gateway: Gateway;
let elb: ElasticLoadBalancingV2Client;

beforeEach(async () => {
  pages = await openSignInPages();
  gateway = await startGateway({ cognito: pages.model, now: () => new Date(pages.now()) });
  gateway.services.loadBalancers("ap-northeast-1").seed({ arn: LISTENER, targetGroupArns: [TARGETS] });
  elb = new ElasticLoadBalancingV2Client({
    endpoint: gateway.url,
    region: "ap-northeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  elb.destroy();
  await gateway.close();
});

const askCognito = (UserPoolClientId = pages.clientId, SessionCookieName = "sekisho-dev-web"): Action => ({
  Type: "authenticate-cognito",
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: `arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/${pages.poolId}`,
    UserPoolClientId,
    UserPoolDomain: "example-login",
    SessionCookieName,
  },
});

const askOidc = (ClientSecret: string): Action => ({
  Type: "authenticate-oidc",
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: `https://cognito-idp.ap-northeast-1.amazonaws.com/${pages.poolId}`,
    AuthorizationEndpoint: `https://${SIGN_IN_HOST}/oauth2/authorize`,
    TokenEndpoint: `https://${SIGN_IN_HOST}/oauth2/token`,
    UserInfoEndpoint: `https://${SIGN_IN_HOST}/oauth2/userInfo`,
    ClientId: pages.clientId,
    ClientSecret,
  },
});

/** A rule for the application's host, which forwards whoever passes. */
async function createRule(action: Action): Promise<string> {
  const command = new CreateRuleCommand({
    ListenerArn: LISTENER,
    Priority: 10,
    Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: [HOST] } }],
    Actions: [action, FORWARD],
  });
  return (await elb.send(command)).Rules?.[0]?.RuleArn ?? "";
}

const writeAgain = (RuleArn: string, action: Action) =>
  elb.send(new ModifyRuleCommand({ RuleArn, Actions: [action, FORWARD] }));

/** A browser: over plain HTTP, with a jar for each host. */
class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  async go(
    address: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Seen> {
    const { host, pathname, search } = new URL(address);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(gateway.url, {
      method: form === undefined ? "GET" : "POST",
      path: pathname + search,
      headers: {
        host,
        cookie,
        ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return answer;
  }

  /** Goes to a page by way of the sign-in page: what the load balancer says at the end. */
  async signIn(): Promise<string> {
    const sent = await this.go(PAGE);
    const login = await this.go(locationOf(sent));
    const filled = await this.go(locationOf(login), { username: EMAIL, password: PASSWORD });
    const back = await this.go(locationOf(filled));
    return back.status === 302 ? seenBy(await this.go(locationOf(back))) : seenBy(back);
  }
}

function locationOf({ status, headers, body }: Seen): string {
  if (headers.location === undefined) throw new Error(`answered ${status} without a redirect: ${body}`);
  return headers.location;
}

/** The user whom the application sees, or status and reason of the load balancer's refusal. */
function seenBy({ status, headers, body }: Seen): string {
  return status === 200
    ? String(JSON.parse(body.toString()).user)
    : `${status} ${headers["x-sekisho-error-reason"] ?? ""}`;
}

const signInAnew = () => new Browser().signIn();

async function originalSecretId(): Promise<unknown> {
  const { poolId: UserPoolId, clientId: ClientId } = pages;
  const listed = await pages.admin("ListUserPoolClientSecrets", { UserPoolId, ClientId });
  return Reflect.get(Object([listed.ClientSecrets].flat()[0]), "ClientSecretId");
}

const addSecret = (ClientSecret: string) =>
  pages.admin("AddUserPoolClientSecret", {
    UserPoolId: pages.poolId,
    ClientId: pages.clientId,
    ClientSecret,
  });

const deleteSecret = (ClientSecretId: unknown) =>
  pages.admin("DeleteUserPoolClientSecret", {
    UserPoolId: pages.poolId,
    ClientId: pages.clientId,
    ClientSecretId,
  });

const NEW_SECRET = "new_secret_of_24_letters";

describe("An application behind the gateway", () => {
  test("is told who is there in a token, whose key is at a host of its own for each Region", async () => {
    await createRule(askCognito());
    const browser = new Browser();
    expect(await browser.signIn()).toBe(pages.sub);
    const { headers } = JSON.parse((await browser.go(PAGE)).body.toString());
    expect(headers["x-amzn-oidc-identity"]).toBe(pages.sub);
    const [header = "", payload = "", signature = ""] = headers["x-amzn-oidc-data"].split(".");
    const { kid, signer } = JSON.parse(Buffer.from(header, "base64url").toString());
    expect(LISTENER).toContain(signer.split("loadbalancer/")[1]);
    const keyOf = (region: string) =>
      send(gateway.url, {
        method: "GET",
        path: `/${kid}`,
        headers: { host: `public-keys.auth.elb.${region}.amazonaws.com` },
      });
    const { status, body } = await keyOf("ap-northeast-1");
    expect(status).toBe(200);
    const key = { key: createPublicKey(body), dsaEncoding: "ieee-p1363" } as const;
    const text = Buffer.from(`${header}.${payload}`);
    expect(verify("sha256", text, key, Buffer.from(signature, "base64url"))).toBe(true);
    expect((await keyOf("us-east-1")).status).toBe(403);
  });
});

describe("Rotating the secret of a client behind an authenticate-cognito rule", () => {
  test("in the naive order (add, delete the original) breaks sign-in at the load balancer for good", async () => {
    const rule = await createRule(askCognito());
    const before = new Browser();
    expect(await before.signIn()).toBe(pages.sub);
    const original = await originalSecretId();

    await addSecret(NEW_SECRET);
    expect(await signInAnew()).toBe(pages.sub);
    await writeAgain(rule, askCognito());
    await deleteSecret(original);

    expect(await signInAnew()).toBe("561 AuthTokenEpRequestFailed");
    await expect(writeAgain(rule, askCognito())).rejects.toThrow(
      "The user pool client must have a client secret",
    );
    expect(await signInAnew()).toBe("561 AuthTokenEpRequestFailed");
    // Sessions end with their access tokens.
    expect(seenBy(await before.go(PAGE))).toBe(pages.sub);
    pages.pass(HOUR);
    expect(seenBy(await before.go(PAGE))).toBe("302 AuthTokenEpRequestFailed");
  });

  test("by a second client fails no sign-in: rules move over, then the first client goes", async () => {
    const rule = await createRule(askCognito());
    const before = new Browser();
    expect(await before.signIn()).toBe(pages.sub);
    const created = await pages.admin("CreateUserPoolClient", {
      UserPoolId: pages.poolId,
      ClientName: "web_2",
      GenerateSecret: true,
      SupportedIdentityProviders: ["COGNITO"],
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid"],
      CallbackURLs: [CALLBACK],
    });
    const second = String(Reflect.get(Object(created.UserPoolClient), "ClientId"));
    expect(await signInAnew()).toBe(pages.sub);
    await writeAgain(rule, askCognito(second, "sekisho-dev-web_2"));
    expect(await signInAnew()).toBe(pages.sub);
    await pages.admin("DeleteUserPoolClient", { UserPoolId: pages.poolId, ClientId: pages.clientId });
    expect(await signInAnew()).toBe(pages.sub);
    // Whoever was signed in before signs in once more.
    expect(locationOf(await before.go(PAGE))).toContain(`client_id=${second}`);
  });
});

describe("Rotating the secret of a client behind an authenticate-oidc rule", () => {
  test("fails no sign-in and ends no session when the rule gets the new secret before the old one goes", async () => {
    const rule = await createRule(askOidc(pages.clientSecret));
    const before = new Browser();
    expect(await before.signIn()).toBe(pages.sub);
    const original = await originalSecretId();
    await addSecret(NEW_SECRET);
    expect(await signInAnew()).toBe(pages.sub);
    await writeAgain(rule, askOidc(NEW_SECRET));
    expect(await signInAnew()).toBe(pages.sub);
    await deleteSecret(original);
    expect(await signInAnew()).toBe(pages.sub);
    pages.pass(HOUR);
    expect(seenBy(await before.go(PAGE))).toBe(pages.sub);
  });
});

describe("An application behind the gateway", () => {
  test("is reached by its host, from the address that a header names", async () => {
    await elb.send(
      new CreateRuleCommand({
        ListenerArn: LISTENER,
        Priority: 10,
        Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } }],
        Actions: [{ Type: "forward", TargetGroupArn: TARGETS }],
      }),
    );
    const from = (address: string) => new Browser().go(PAGE, undefined, { "x-sekisho-source-ip": address });
    expect((await from("203.0.113.7")).status).toBe(200);
    expect((await from("198.51.100.9")).status).toBe(404);
  });

  test("is told from another by the listener that a header names", async () => {
    const other = LISTENER.replace("app/shared", "app/other");
    gateway.services.loadBalancers("ap-northeast-1").seed({ arn: other, targetGroupArns: [] });
    await createRule(askCognito());
    const at = (arn: string) => new Browser().go(PAGE, undefined, { "x-sekisho-listener": arn });
    expect((await at(LISTENER)).status).toBe(302);
    expect((await at(other)).status).toBe(404);
    expect((await at("arn:none")).body.toString()).toBe("There is no listener 'arn:none'.\n");
  });

  test("is noted without codes, states and tokens", async () => {
    await createRule(askCognito());
    expect(await signInAnew()).toBe(pages.sub);
    const noted = gateway.history.entries.filter(({ service }) => service === "application");
    expect(noted.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      "GET /reports 302",
      "GET /oauth2/idpresponse 302",
      "GET /reports 200",
    ]);
  });

  test("lets a program in by a token of the pool, and not by one of another issuer", async () => {
    const Issuer = `https://cognito-idp.ap-northeast-1.amazonaws.com/${pages.poolId}`;
    const AdditionalClaims = [
      { Format: "single-string" as const, Name: "client_id", Values: [pages.clientId] },
      { Format: "single-string" as const, Name: "token_use", Values: ["access"] },
    ];
    const config = { JwksEndpoint: `${Issuer}/.well-known/jwks.json`, Issuer, AdditionalClaims };
    await createRule({ Type: "jwt-validation", Order: 1, JwtValidationConfig: config });
    const tokens = jsonOf(await pages.redeem(pages.code()));
    const show = async (token: string | undefined) =>
      seenBy(await new Browser().go(PAGE, undefined, { authorization: `Bearer ${token}` }));
    expect(await show(tokens.access_token)).toBe(pages.sub);
    expect(await show(tokens.id_token)).toBe("401 JWTClaimNotPresent");
    const other = await openSignInPages();
    const stranger = jsonOf(await other.redeem(other.code()));
    expect(await show(stranger.access_token)).toMatch(/^401 JWT/);
    pages.pass(HOUR);
    expect(await show(tokens.access_token)).toBe("401 JWTClaimValueInvalid");
  });

  test("gets nobody in whose provider is none of the pools", async () => {
    const action = askOidc(pages.clientSecret);
    const TokenEndpoint = "https://idp.example.org/token";
    const config = Object(action.AuthenticateOidcConfig);
    await createRule({ ...action, AuthenticateOidcConfig: { ...config, TokenEndpoint } });
    expect(await signInAnew()).toBe("500 AuthTokenEpRequestTimeout");
  });
});
