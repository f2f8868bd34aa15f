import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { NotAuthorizedException } from "@aws-sdk/client-cognito-identity-provider";
import type { GetItemCommandOutput } from "@aws-sdk/client-dynamodb";
import { FetchError, NonRetryableFetchError } from "aws-jwt-verify/error";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createBackEnd } from "../../docs/examples/back-end/back-end.ts";
import { type Answer, ServerSignIn } from "../../docs/examples/back-end/server-sign-in.ts";
import { createSignOutReader } from "../../docs/examples/back-end/sign-outs.ts";
import { type CheckVisitor, createVisitorCheck, Refusal } from "../../docs/examples/back-end/visitors.ts";
import { readSignOuts } from "../../infra/iam-policies/sign-out-table.ts";
import { AwsFault } from "../../local/aws-fault.ts";
import { ClaimKey, readKeyRegion } from "../../local/services/load-balancers/traffic/user-claims.ts";
import { LoadBalancers } from "../../local/services/load-balancers.ts";
import type { WebAnswer, WebRequest } from "../../local/web-exchange.ts";
import { countedBytes } from "../local/cognito/strict-model.ts";
import { Browser, hosts, locationOf, PAGE } from "../local/services/load-balancers/balancer.ts";
import { openSignInPages, type SignInPages } from "../support/sign-in-pages.ts";
import { createSignInWorld, EMAIL, MINUTE, PASSWORD, type SignInWorld } from "../support/sign-in-world.ts";

const REGION = "ap-northeast-1";
const COOKIE = "sekisho-dev-web";
const TABLE = "sekisho-dev-sign-outs";

/** A pool with its pages, a load balancer that signs people in there, and the back end of the page behind it. */
interface Checkpoint {
  pages: SignInPages;
  loadBalancerArn: string;
  browser: Browser;
  check: CheckVisitor;
  /** Since when each user's tokens are good again; what the table holds. */
  signOuts: Map<string, GetItemCommandOutput["Item"]>;
  /** How often the table was asked. */
  asked(): number;
  breakTable(): void;
  breakKeys(): void;
  /** Goes to the page, signs in where asked to, and comes back to it. */
  visit(headers?: Record<string, string>): Promise<WebAnswer>;
  pass(milliseconds: number): void;
  /** What the load balancer passed on last. */
  passed(): WebRequest["headers"];
  /** A key at the same place, of somebody else's load balancer. */
  foreignKey: ClaimKey;
}

const cleanup: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of cleanup.splice(0)) await end();
  vi.useRealTimers();
});

async function openCheckpoint(): Promise<Checkpoint> {
  vi.useFakeTimers({ toFake: ["Date"] });
  const pages = await openSignInPages();
  const { model, poolId, clientId } = pages;
  vi.setSystemTime(pages.now());
  const signOuts: Checkpoint["signOuts"] = new Map();
  let [asked, isTableThere, areKeysThere] = [0, true, true];
  let last: WebRequest | undefined;
  const foreignKey = new ClaimKey(worldFrom(pages));

  const dynamodb = {
    send: async ({ input }: { input: { TableName: string; Key: { sub: { S: string } } } }) => {
      asked += 1;
      if (!isTableThere) throw new Error("connect ECONNREFUSED");
      expect(input.TableName).toBe(TABLE);
      return { Item: signOuts.get(input.Key.sub.S) };
    },
  };
  const fetcher = { fetch: async (uri: string) => toBytes(await fetchKey(new URL(uri))) };
  const fetchKey = async ({ hostname: host, pathname: path }: URL): Promise<WebAnswer> => {
    if (!areKeysThere) throw new FetchError(host, "connect ECONNREFUSED");
    const request = { method: "GET", host, path, headers: { host }, body: "" };
    if (readKeyRegion(host) === undefined) return model.answerWeb(request);
    const foreign = foreignKey.answer(request);
    return foreign.status === 200 ? foreign : balancers.answerKey(request);
  };
  const balancers: LoadBalancers = new LoadBalancers(worldFrom(pages), {
    describeClient: async () => ({ ClientSecret: pages.clientSecret }),
    callWeb: (request) => model.answerWeb(request),
    application: async (request) => {
      last = request;
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => name.startsWith("x-")),
      );
      const answer = await fetch(address, { headers: headers as Record<string, string> });
      const cookies = answer.headers.getSetCookie();
      return { status: answer.status, headers: { "set-cookie": cookies }, body: await answer.text() };
    },
  });
  const loadBalancerArn = await declareRules(balancers, pages);
  const check = createVisitorCheck({
    region: REGION,
    userPoolId: poolId,
    clientIds: [clientId],
    loadBalancerArn,
    readSignOut: createSignOutReader({ dynamodb: dynamodb as never, table: TABLE }),
    fetcher,
  });
  const server = createBackEnd(check, [COOKIE]);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => new Promise((resolve) => server.close(resolve)));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const browser = new Browser({ balancers });
  const signIn = (sent: WebAnswer) => {
    const { searchParams } = new URL(locationOf(sent));
    const scope = searchParams.get("scope") ?? "";
    const code = pages.code({ scope, redirectUri: searchParams.get("redirect_uri") ?? "" });
    return browser.go(`${searchParams.get("redirect_uri")}?code=${code}&state=${searchParams.get("state")}`);
  };
  return {
    pages,
    loadBalancerArn,
    browser,
    check,
    signOuts,
    foreignKey,
    asked: () => asked,
    breakTable: () => {
      isTableThere = false;
    },
    breakKeys: () => {
      areKeysThere = false;
    },
    visit: async (headers = {}) => {
      const first = await browser.go(PAGE, { headers });
      if (first.status !== 302) return first;
      expect(locationOf(await signIn(first))).toBe(PAGE);
      return browser.go(PAGE, { headers });
    },
    pass: (milliseconds) => {
      pages.pass(milliseconds);
      vi.setSystemTime(pages.now());
    },
    passed: () => last?.headers ?? {},
  };
}

function worldFrom(pages: SignInPages) {
  return { region: REGION, account: "123456789012", now: pages.now, randomBytes: countedBytes() };
}

function toBytes({ status, body }: WebAnswer): ArrayBuffer {
  if (status !== 200) throw new NonRetryableFetchError("keys", `Status code is ${status}, expected 200`);
  return new TextEncoder().encode(body).buffer as ArrayBuffer;
}

/** The page signs people in; below /open nobody is asked. Returns the ARN of the load balancer. */
async function declareRules(balancers: LoadBalancers, { poolId, clientId }: SignInPages): Promise<string> {
  const call = async (operation: string, input: object) => (await balancers.handle(operation, input)) as Made;
  const Subnets = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"];
  const { LoadBalancers: made } = await call("CreateLoadBalancer", { Name: "web", Subnets });
  const LoadBalancerArn = made?.[0]?.LoadBalancerArn ?? "";
  const target = {
    Name: "web",
    Protocol: "HTTP",
    Port: 80,
    VpcId: "vpc-0cccccccccccccccc",
    TargetType: "ip",
  };
  const TargetGroupArn = (await call("CreateTargetGroup", target)).TargetGroups?.[0]?.TargetGroupArn ?? "";
  const forward = { Type: "forward", Order: 2, TargetGroupArn };
  const listener = {
    LoadBalancerArn,
    Protocol: "HTTPS",
    Port: 443,
    Certificates: [{ CertificateArn: "arn:aws:acm:::certificate/a" }],
    DefaultActions: [forward],
  };
  const ListenerArn = (await call("CreateListener", listener)).Listeners?.[0]?.ListenerArn ?? "";
  const signIn = {
    Type: "authenticate-cognito",
    Order: 1,
    AuthenticateCognitoConfig: {
      UserPoolArn: `arn:aws:cognito-idp:${REGION}:123456789012:userpool/${poolId}`,
      UserPoolClientId: clientId,
      UserPoolDomain: "example-login",
      SessionCookieName: COOKIE,
      Scope: "openid email",
    },
  };
  const open = { Field: "path-pattern", PathPatternConfig: { Values: ["/open"] } };
  const rule = (Priority: number, Conditions: object[], Actions: object[]) =>
    call("CreateRule", { ListenerArn, Priority, Conditions, Actions });
  await rule(10, [open], [forward]);
  await rule(20, [hosts("app.example.com")], [signIn, forward]);
  return LoadBalancerArn;
}

interface Made {
  LoadBalancers?: { LoadBalancerArn: string }[];
  TargetGroups?: { TargetGroupArn: string }[];
  Listeners?: { ListenerArn: string }[];
}

describe("a back end behind the load balancer", () => {
  let checkpoint: Checkpoint;
  beforeEach(async () => {
    checkpoint = await openCheckpoint();
  });

  test("knows who signed in", async () => {
    expect(await checkpoint.visit()).toMatchObject({ status: 200, body: `Hello, ${EMAIL}\n` });
  });

  test("lets nobody in whom the load balancer did not sign in, whatever the browser says", async () => {
    await checkpoint.visit();
    const claims = await forge(checkpoint, {});
    const forged = { "x-amzn-oidc-data": claims, "x-amzn-oidc-identity": checkpoint.pages.sub };
    for (const headers of [{}, forged]) {
      const answer = await checkpoint.browser.go("https://app.example.com/open", { headers });
      expect(answer).toMatchObject({ status: 401, body: "Please sign in again.\n" });
    }
  });

  test("refuses tokens from before the last sign-out, and takes those of the next sign-in", async () => {
    expect((await checkpoint.visit()).status).toBe(200);
    checkpoint.pass(MINUTE);
    signOut(checkpoint);
    checkpoint.pass(MINUTE);
    expect((await checkpoint.visit()).status).toBe(401);
    // The refusal took the load balancer's cookies away: the next request leads to the sign-in page and back.
    expect([...checkpoint.browser.cookies.keys()].filter((name) => name.startsWith(COOKIE))).toEqual([]);
    expect((await checkpoint.visit()).status).toBe(200);
  });

  test("takes tokens of the very second that they are good from", async () => {
    signOut(checkpoint);
    expect((await checkpoint.visit()).status).toBe(200);
  });

  test("asks the table about one user once in fifteen seconds, so a sign-out is noticed after that time at most", async () => {
    for (let visit = 0; visit < 3; visit += 1) expect((await checkpoint.visit()).status).toBe(200);
    expect(checkpoint.asked()).toBe(1);
    checkpoint.pass(5_000);
    signOut(checkpoint);
    checkpoint.pass(9_999);
    expect((await checkpoint.visit()).status).toBe(200);
    checkpoint.pass(1);
    expect((await checkpoint.visit()).status).toBe(401);
  });

  test("lets nobody in while the table cannot be read, and signs nobody out for it", async () => {
    checkpoint.breakTable();
    expect(await checkpoint.visit()).toMatchObject({ status: 503, body: "Please try again in a moment.\n" });
    expect([...checkpoint.browser.cookies.keys()]).toContain(`${COOKIE}-0`);
  });

  test.each([
    ["without a time", {}],
    ["with a time that is none", { notBefore: { S: "yesterday" } }],
  ])("lets nobody in by an entry of the table %s", async (_what, entry) => {
    checkpoint.signOuts.set(checkpoint.pages.sub, entry as never);
    expect((await checkpoint.visit()).status).toBe(503);
  });

  test("lets nobody in while the keys cannot be had", async () => {
    checkpoint.breakKeys();
    expect((await checkpoint.visit()).status).toBe(503);
  });

  test("refuses claims that were kept for later", async () => {
    await checkpoint.visit();
    const kept = checkpoint.passed();
    await expect(checkpoint.check(kept)).resolves.toMatchObject({ sub: checkpoint.pages.sub });
    checkpoint.pass(121_000);
    expect(await refusalOf(checkpoint.check(kept))).toBe(401);
  });

  test.each<[string, (own: Checkpoint) => Partial<Forgery>]>([
    [
      "of another load balancer, with good keys of its own",
      ({ loadBalancerArn }) => ({ signer: `${loadBalancerArn}0` }),
    ],
    ["for another client", () => ({ client: "another" })],
    [
      "of another pool",
      () => ({ iss: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_other" }),
    ],
    ["that have expired", ({ pages }) => ({ exp: pages.now() / 1_000 - 1 })],
    ["without an end", () => ({ exp: undefined })],
    ["of another user than the access token", () => ({ sub: "somebody else" })],
    ["of nobody", () => ({ sub: undefined })],
    [
      "by a key that nobody knows",
      (own) => ({ key: new ClaimKey({ ...worldFrom(own.pages), randomBytes: otherBytes }) }),
    ],
  ])("refuses claims %s", async (_what, change) => {
    await checkpoint.visit();
    const good = { ...checkpoint.passed(), "x-amzn-oidc-data": await forge(checkpoint, {}) };
    await expect(checkpoint.check(good)).resolves.toMatchObject({ sub: checkpoint.pages.sub });
    const bad = { ...good, "x-amzn-oidc-data": await forge(checkpoint, change(checkpoint)) };
    expect(await refusalOf(checkpoint.check(bad))).toBe(401);
  });

  test.each<[string, (token: string) => string]>([
    ["nothing", () => ""],
    ["another word", () => "token"],
    ["claims that were changed", (token) => changePayload(token)],
    ["claims without a signature", (token) => `${token.split(".").slice(0, 2).join(".")}.`],
    ["claims that say they need none", (token) => unsigned(token)],
  ])("refuses %s in place of claims", async (_what, change) => {
    await checkpoint.visit();
    const headers = checkpoint.passed();
    const bad = { ...headers, "x-amzn-oidc-data": change(headers["x-amzn-oidc-data"] ?? "") };
    expect(await refusalOf(checkpoint.check(bad))).toBe(401);
  });

  test("refuses an ID token in place of the access token, and none", async () => {
    await checkpoint.visit();
    const { access_token, id_token } = JSON.parse(
      (await checkpoint.pages.redeem(checkpoint.pages.code())).body,
    );
    const good = { ...checkpoint.passed(), "x-amzn-oidc-accesstoken": access_token };
    await expect(checkpoint.check(good)).resolves.toMatchObject({ sub: checkpoint.pages.sub });
    for (const token of [id_token, undefined]) {
      expect(await refusalOf(checkpoint.check({ ...good, "x-amzn-oidc-accesstoken": token }))).toBe(401);
    }
  });
});

interface Forgery {
  signer: string;
  client: string;
  iss: string;
  exp: number | undefined;
  sub: string | undefined;
  key: ClaimKey;
}

/** Claims as this load balancer would sign them but for the changes, by a key that AWS's host knows. */
async function forge(
  { foreignKey, loadBalancerArn, pages }: Checkpoint,
  change: Partial<Forgery>,
): Promise<string> {
  const { signer, client, iss, exp, sub, key } = {
    key: foreignKey,
    signer: loadBalancerArn,
    client: pages.clientId,
    iss: `https://cognito-idp.ap-northeast-1.amazonaws.com/${pages.poolId}`,
    exp: pages.now() / 1_000 + 60,
    sub: pages.sub as string | undefined,
    ...change,
  };
  return key.sign({ signer, client, iss, exp }, { sub, iss, exp });
}

function signOut({ signOuts, pages }: Checkpoint): void {
  signOuts.set(pages.sub, { notBefore: { N: String(Math.floor(pages.now() / 1_000)) } });
}

async function refusalOf(checked: Promise<unknown>): Promise<number> {
  const error = await checked.catch((thrown: unknown) => thrown);
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${String(error)}`);
  return error.status;
}

function otherBytes(count: number): Uint8Array {
  return new Uint8Array(count).fill(7);
}

function changePayload(token: string): string {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  return [header, encode({ ...claims, email: "root@example.com" }), signature].join(".");
}

function unsigned(token: string): string {
  const [header = "", payload = ""] = token.split(".");
  return `${encode({ ...JSON.parse(Buffer.from(header, "base64url").toString()), alg: "none" })}.${payload}.`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

describe("a back end that signs people in by a client with a secret", () => {
  async function open(mfa?: object) {
    const world = await createSignInWorld({
      client: { GenerateSecret: true },
      ...(mfa && { mfa, attributes: { phone_number: "+819012345678", phone_number_verified: "true" } }),
    });
    const reads: boolean[] = [];
    let secret = world.clientSecret;
    const signIn = new ServerSignIn({ send: sendTo(world) } as never, async (isStale) => {
      reads.push(isStale);
      return { clientId: world.clientId, clientSecret: isStale ? world.clientSecret : secret };
    });
    return {
      world,
      reads,
      signIn,
      keepOldSecret: () => {
        secret = "0".repeat(52);
      },
    };
  }

  test("gets tokens, and new ones for the refresh token by the user's own name", async () => {
    const { signIn, world } = await open();
    const { AuthenticationResult: tokens } = await signIn.begin(EMAIL, PASSWORD);
    expect(tokens?.AccessToken).toEqual(expect.any(String));
    world.pass(MINUTE);
    const refreshed = await signIn.refresh(world.sub, tokens?.RefreshToken ?? "");
    expect(refreshed.AuthenticationResult?.AccessToken).not.toBe(tokens?.AccessToken);
  });

  test("reads the secret again where the one it had was rotated away, once", async () => {
    const { signIn, reads, keepOldSecret } = await open();
    keepOldSecret();
    expect((await signIn.begin(EMAIL, PASSWORD)).AuthenticationResult).toBeDefined();
    expect(reads).toEqual([false, true]);
  });

  test("never tries a wrong password twice, which would count against the user", async () => {
    const { signIn, reads } = await open();
    await expect(signIn.begin(EMAIL, "Wrong-horse-7")).rejects.toThrow("Incorrect username or password.");
    expect(reads).toEqual([false]);
  });
});

/** Sends a command of the SDK to the strict model, which throws as the SDK does. */
function sendTo({ app }: SignInWorld) {
  return async (command: { constructor: { name: string }; input: object }): Promise<Answer> => {
    try {
      return (await app(command.constructor.name.replace(/Command$/, ""), command.input)) as Answer;
    } catch (error) {
      if (!(error instanceof AwsFault) || error.code !== "NotAuthorizedException") throw error;
      throw new NotAuthorizedException({ message: error.message, $metadata: {} });
    }
  };
}

describe("the page about it", () => {
  const page = readFileSync(new URL("../../docs/verify-in-your-backend.md", import.meta.url), "utf8");

  test("shows the rights that the table needs, word for word", () => {
    const json = /```json\n([\s\S]+?)```/.exec(page)?.[1] ?? "{}";
    const arn = "arn:aws:dynamodb:ap-northeast-1:123456789012:table/sekisho-dev-sign-outs-0123456";
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(readSignOuts(arn))));
  });
});
