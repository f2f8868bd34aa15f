import { describe, expect, test } from "vitest";
import { LoadBalancer } from "../../../infra/routes/load-balancer.ts";
import type { LetGoPart, RuleSettings } from "../../../infra/settings.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { routeRule } from "../../support/route-settings.ts";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

function declareBalancer(
  rules: RuleSettings[] = [routeRule()],
  {
    stack = "dev",
    disposable = false,
    parts,
  }: { stack?: string; disposable?: boolean; parts?: LetGoPart[] } = {},
) {
  const letGo = parts && { generations: [], groups: [], clients: [], parts };
  return declare(
    () => {
      const { dnsName } = new LoadBalancer("routes-alb", {
        settings: { stack, disposable, letGo },
        place: {
          kind: "create",
          vpcId: "vpc-0123456789abcdef0",
          subnetIds: ["subnet-0b", "subnet-0a"],
          certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/one",
        },
        rules,
      });
      return { dnsName };
    },
    {
      outputs: ({ type }) =>
        type === BALANCER ? { dnsName: "sekisho-dev.ap-northeast-1.elb.amazonaws.com" } : {},
    },
  );
}

describe("who can connect to a load balancer of our own", () => {
  test("only the networks of its rules, on the HTTP and HTTPS ports", async () => {
    const declared = await declareBalancer([
      routeRule("sign-in", { from: ["203.0.113.0/24"] }),
      routeRule("verify-token", { name: "api", slot: 0, from: ["198.51.100.7/32", "203.0.113.0/24"] }),
    ]);
    expect(
      declared
        .all(INGRESS)
        .map(({ inputs }) => [inputs.cidrIpv4, inputs.ipProtocol, inputs.fromPort, inputs.toPort]),
    ).toEqual([
      ["198.51.100.7/32", "tcp", 80, 80],
      ["198.51.100.7/32", "tcp", 443, 443],
      ["203.0.113.0/24", "tcp", 80, 80],
      ["203.0.113.0/24", "tcp", 443, 443],
    ]);
  });

  test("anybody only where a rule spells it, and never for the sake of a rule that denies", async () => {
    const denied = routeRule("deny", { name: "blocked", slot: 0, from: [] });
    const closed = await declareBalancer([routeRule(), denied]);
    expect(closed.all(INGRESS).map(({ inputs }) => inputs.cidrIpv4)).toEqual([
      "203.0.113.0/24",
      "203.0.113.0/24",
    ]);
    const open = await declareBalancer([
      routeRule(),
      routeRule("sign-in", { name: "public", slot: 2, from: [], allowAnywhere: true }),
    ]);
    expect(open.all(INGRESS).map(({ inputs }) => inputs.cidrIpv4)).toEqual(["0.0.0.0/0", "0.0.0.0/0"]);
  });

  test("over IPv6 too where a rule names IPv6 networks", async () => {
    const declared = await declareBalancer([
      routeRule("sign-in", { from: ["203.0.113.0/24", "2001:db8::/32"] }),
    ]);
    expect(declared.one(BALANCER).inputs.ipAddressType).toBe("dualstack");
    expect(declared.one(INGRESS, "https-from-2001-db8--/32").inputs).toMatchObject({
      cidrIpv6: "2001:db8::/32",
      fromPort: 443,
    });
    expect((await declareBalancer()).one(BALANCER).inputs.ipAddressType).toBe("ipv4");
    const open = await declareBalancer([
      routeRule("sign-in", { from: ["203.0.113.0/24", "2001:db8::/32"] }),
      routeRule("sign-in", { name: "public", slot: 2, from: [], allowAnywhere: true }),
    ]);
    const sources = open.all(INGRESS).map(({ inputs }) => inputs.cidrIpv4 ?? inputs.cidrIpv6);
    expect(new Set(sources)).toEqual(new Set(["0.0.0.0/0", "::/0"]));
  });
});

describe("where a load balancer of our own can connect to", () => {
  test("Cognito's endpoints on the internet over HTTPS, and targets at private addresses", async () => {
    const declared = await declareBalancer();
    expect(
      declared.all(EGRESS).map(({ inputs }) => [inputs.cidrIpv4, inputs.fromPort, inputs.toPort]),
    ).toEqual([
      ["0.0.0.0/0", 443, 443],
      ["10.0.0.0/8", 1, 65_535],
      ["172.16.0.0/12", 1, 65_535],
      ["192.168.0.0/16", 1, 65_535],
      ["100.64.0.0/10", 1, 65_535],
    ]);
    for (const rule of [...declared.all(INGRESS), ...declared.all(EGRESS)]) {
      expect(rule.inputs.securityGroupId).toBe("routes-alb-id");
    }
  });
});

describe("how a load balancer of our own behaves", () => {
  test("speaks TLS 1.2 and 1.3 with post-quantum key exchange and answers 403 by default", async () => {
    const declared = await declareBalancer();
    expect(declared.one(LISTENER, "https").inputs).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/one",
      defaultActions: [{ type: "fixed-response", order: 1, fixedResponse: { statusCode: "403" } }],
    });
  });

  test("sends plain HTTP to the same address over HTTPS, for good", async () => {
    const declared = await declareBalancer();
    expect(declared.one(LISTENER, "http").inputs).toMatchObject({
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          redirect: {
            protocol: "HTTPS",
            port: "443",
            host: "#{host}",
            path: "/#{path}",
            query: "#{query}",
            statusCode: "HTTP_301",
          },
        },
      ],
    });
  });

  test("drops malformed headers and requests that two servers could read differently", async () => {
    const declared = await declareBalancer();
    expect(declared.one(BALANCER).inputs).toMatchObject({
      loadBalancerType: "application",
      internal: false,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "strictest",
      enableWafFailOpen: false,
      securityGroups: ["routes-alb-id"],
      subnets: ["subnet-0a", "subnet-0b"],
      tags: { "sekisho:stack": "dev" },
    });
    expect(declared.outputs.dnsName).toBe("sekisho-dev.ap-northeast-1.elb.amazonaws.com");
  });

  test("cannot be deleted by mistake unless the stack is disposable", async () => {
    const guarded = (await declareBalancer()).one(BALANCER);
    expect(guarded.inputs.enableDeletionProtection).toBe(true);
    expect(guarded.options).toMatchObject({ protect: true, retainOnDelete: true });
    const disposable = (await declareBalancer(undefined, { disposable: true })).one(BALANCER);
    expect(disposable.inputs.enableDeletionProtection).toBe(false);
    expect(disposable.options).toMatchObject({ protect: false, retainOnDelete: false });
  });

  test("that was let go stays as it answers: its firewall, that firewall's rules and both listeners stay too", async () => {
    const leaving = (await declareBalancer(undefined, { parts: ["loadBalancer"] })).resources.filter(
      ({ isCustom }) => isCustom,
    );
    expect(leaving.map(({ options }) => options.protect)).not.toContain(true);
    expect(leaving.filter(({ options }) => !options.retainOnDelete).map(({ name }) => name)).toEqual([]);
    const disposable = await declareBalancer(undefined, { disposable: true, parts: ["loadBalancer"] });
    expect(disposable.resources.map(({ options }) => options.retainOnDelete)).not.toContain(true);
  });

  test("shuts out a network that leaves the rules, as long as the balancer was not let go", async () => {
    const declared = await declareBalancer();
    for (const { options } of [...declared.all(INGRESS), ...declared.all(EGRESS)]) {
      expect(options).toMatchObject({ protect: false, retainOnDelete: false });
    }
    for (const { options } of [
      ...declared.all(LISTENER),
      declared.one("aws:ec2/securityGroup:SecurityGroup"),
    ]) {
      expect(options.retainOnDelete).toBe(true);
    }
  });

  test.each([
    ["dev", "sekisho-dev"],
    ["a-stack-with-a-long-name", "sekisho-a-stack-with-a-l"],
    ["a-stack-with-quite-a-long-name", "sekisho-a-stack-with-qui"],
  ])(
    "has a name that AWS takes: stack %s becomes %s, before Pulumi's eight characters",
    async (stack, name) => {
      expect((await declareBalancer(undefined, { stack })).one(BALANCER).name).toBe(name);
      expect(`${name}-1a2b3c4`).toMatch(/^[0-9A-Za-z-]{1,32}$/);
    },
  );
});
