import { z } from "zod";
import type { Application } from "../../../../local/services/load-balancers/traffic/application.ts";
import type { WebOrigin } from "../../../../local/services/load-balancers/traffic/web-origin.ts";
import { LoadBalancers } from "../../../../local/services/load-balancers.ts";
import type { WebAnswer, WebRequest } from "../../../../local/web-exchange.ts";
import { countedBytes } from "../../cognito/strict-model.ts";
import { openProvider, type StandInProvider } from "./stand-in-provider.ts";

export const POOL_ARN = "arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/ap-northeast-1_a";
export const MINUTE = 60_000;
export const HOST = "app.example.com";

/** A load balancer with one HTTPS listener, an identity provider, and a clock that a test moves. */
export interface Balancer {
  balancers: LoadBalancers;
  provider: StandInProvider;
  /** What DescribeUserPoolClient shows of the client's secret now. */
  client: { shownSecret: string | undefined; readonly described: number };
  /** Of the load balancer itself. */
  arn: string;
  now(): number;
  listenerArn: string;
  targetGroupArn: string;
  pass(milliseconds: number): void;
  /** Creates a rule for all of `app.example.com`, unless it says other conditions, and returns its ARN. */
  rule(priority: number, actions: readonly object[], conditions?: readonly object[]): Promise<string>;
  modify(RuleArn: string, changes: object): Promise<unknown>;
  listener(Protocol: "HTTP" | "HTTPS", Port: number): Promise<string>;
  forward: object;
}

const made = z.object({
  LoadBalancers: z.tuple([z.object({ LoadBalancerArn: z.string() })]).optional(),
  TargetGroups: z.tuple([z.object({ TargetGroupArn: z.string() })]).optional(),
  Listeners: z.tuple([z.object({ ListenerArn: z.string() })]).optional(),
  Rules: z.tuple([z.object({ RuleArn: z.string() })]).optional(),
});

export async function openBalancer(application?: Application): Promise<Balancer> {
  let now = Date.parse("2026-11-29T03:00:00Z");
  let described = 0;
  const provider = openProvider(() => now, ["web", "web_2"]);
  provider.liveSecrets.add("first-secret");
  const client = {
    shownSecret: "first-secret" as string | undefined,
    get described() {
      return described;
    },
  };
  const balancers = new LoadBalancers(
    { region: "ap-northeast-1", account: "123456789012", now: () => now, randomBytes: countedBytes() },
    {
      describeClient: async () => {
        described += 1;
        return { ClientSecret: client.shownSecret };
      },
      callWeb: provider.callWeb,
      ...(application && { application }),
    },
  );
  const call = async (operation: string, input: object) =>
    made.parse(await balancers.handle(operation, input));
  const Subnets = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"];
  const { LoadBalancers: lbs } = await call("CreateLoadBalancer", { Name: "web", Subnets });
  const LoadBalancerArn = lbs?.[0].LoadBalancerArn ?? "";
  const group = { Name: "web", Protocol: "HTTP", Port: 80, VpcId: "vpc-0cccccccccccccccc", TargetType: "ip" };
  const targetGroupArn = (await call("CreateTargetGroup", group)).TargetGroups?.[0].TargetGroupArn ?? "";
  const listener = async (Protocol: "HTTP" | "HTTPS", Port: number) => {
    const Certificates =
      Protocol === "HTTPS" ? [{ CertificateArn: "arn:aws:acm:::certificate/a" }] : undefined;
    const DefaultActions = [refuse("default")];
    const input = { LoadBalancerArn, Protocol, Port, Certificates, DefaultActions };
    return (await call("CreateListener", input)).Listeners?.[0].ListenerArn ?? "";
  };
  const listenerArn = await listener("HTTPS", 443);
  return {
    balancers,
    provider,
    client,
    arn: LoadBalancerArn,
    now: () => now,
    listenerArn,
    targetGroupArn,
    listener,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    rule: async (Priority, Actions, Conditions = [hosts(HOST)]) => {
      const created = await call("CreateRule", { ListenerArn: listenerArn, Priority, Conditions, Actions });
      return created.Rules?.[0].RuleArn ?? "";
    },
    modify: (RuleArn, changes) => balancers.handle("ModifyRule", { RuleArn, ...changes }),
    forward: { Type: "forward", Order: 2, TargetGroupArn: targetGroupArn },
  };
}

export const hosts = (...Values: string[]) => ({ Field: "host-header", HostHeaderConfig: { Values } });
export const paths = (...Values: string[]) => ({ Field: "path-pattern", PathPatternConfig: { Values } });
export const sources = (...Values: string[]) => ({ Field: "source-ip", SourceIpConfig: { Values } });

export const refuse = (MessageBody: string) => ({
  Type: "fixed-response",
  FixedResponseConfig: { StatusCode: "403", ContentType: "text/plain", MessageBody },
});

export const askCognito = (more: object = {}) => ({
  Type: "authenticate-cognito",
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: POOL_ARN,
    UserPoolClientId: "web",
    UserPoolDomain: "example-login",
    ...more,
  },
});

/** A browser with one jar, which follows no redirect by itself. */
export class Browser {
  readonly #balancers: LoadBalancers;
  readonly #from: WebOrigin;
  readonly cookies = new Map<string, string>();

  constructor({ balancers }: Pick<Balancer, "balancers">, from: WebOrigin = {}) {
    this.#balancers = balancers;
    this.#from = from;
  }

  async go(url: string, more: Partial<WebRequest> = {}): Promise<WebAnswer> {
    const { hostname: host, pathname, search } = new URL(url);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { host, ...(cookie === "" ? {} : { cookie }), ...more.headers };
    const request = { method: "GET", host, path: pathname + search, body: "", ...more, headers };
    const answer = await this.#balancers.answerWeb(request, this.#from);
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0\b/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Asks for a page, signs in where that is asked for, and returns what the load balancer says when they come back. */
  async signIn({ provider }: Pick<Balancer, "provider">, user = "taro", url = PAGE): Promise<WebAnswer> {
    const sent = await this.go(url);
    return this.go(provider.signIn(locationOf(sent), user));
  }
}

export const PAGE = `https://${HOST}/reports?month=11`;

export function locationOf({ status, headers }: WebAnswer): string {
  if (status !== 302 || typeof headers.location !== "string")
    throw new Error(`answered ${status}, no redirect`);
  return headers.location;
}

/** The user an application sees; null when it sees nobody. */
export function userOf({ status, body }: WebAnswer): string | null {
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
  return z.object({ user: z.string().nullable() }).parse(JSON.parse(body)).user;
}

/** Status and reason of a sign-in that failed. */
export function failureOf({ status, headers }: WebAnswer): string {
  return `${status} ${headers["x-sekisho-error-reason"] ?? "without a reason"}`;
}
