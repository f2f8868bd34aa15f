import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { findMaker } from "./find-maker.ts";
import { altered, existing, scriptedAws, target } from "./scripted-aws.ts";

const rule = findMaker("aws:lb/listenerRule:ListenerRule");
const balancer = findMaker("aws:lb/loadBalancer:LoadBalancer");
const listener = findMaker("aws:lb/listener:Listener");
const identity = findMaker("aws:sesv2/emailIdentity:EmailIdentity");
const mailFrom = findMaker("aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes");
const verification = findMaker("aws:ses/domainIdentityVerification:DomainIdentityVerification");

describe("rules on a load balancer", () => {
  const inputs = {
    listenerArn: "arn:l",
    priority: 200,
    conditions: [{ hostHeader: { values: ["a.example.com"] } }, { sourceIp: { values: ["203.0.113.0/24"] } }],
    actions: [
      {
        type: "authenticate-cognito",
        authenticateCognito: {
          userPoolArn: "arn:p",
          userPoolClientId: "c",
          userPoolDomain: "d",
          authenticationRequestExtraParams: { lang: "ja" },
        },
      },
      { type: "forward", targetGroupArn: "arn:t" },
    ],
    tags: { Name: "office-0" },
  };
  const CONDITIONS = [
    { Field: "host-header", HostHeaderConfig: { Values: ["a.example.com"] } },
    { Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } },
  ];
  const ACTIONS = [
    {
      Order: 1,
      Type: "authenticate-cognito",
      AuthenticateCognitoConfig: {
        UserPoolArn: "arn:p",
        UserPoolClientId: "c",
        UserPoolDomain: "d",
        AuthenticationRequestExtraParams: { lang: "ja" },
      },
    },
    { Order: 2, Type: "forward", TargetGroupArn: "arn:t" },
  ];

  test("are made with their conditions, and actions in their order", async () => {
    const { aws, calls } = scriptedAws({ CreateRule: { Rules: [{ RuleArn: "arn:r" }] } });
    await expect(rule.create(target(aws, inputs))).resolves.toBe("arn:r");
    expect(calls).toEqual([
      [
        "CreateRule",
        {
          ListenerArn: "arn:l",
          Priority: 200,
          Conditions: CONDITIONS,
          Actions: ACTIONS,
          Tags: [{ Key: "Name", Value: "office-0" }],
        },
      ],
    ]);
  });

  test("keep their place unless it changes, and change by themselves", async () => {
    const { aws, calls } = scriptedAws();
    await rule.update(altered(aws, "arn:r", [{ ...inputs, priority: 1 }, inputs]));
    await rule.update(altered(aws, "arn:r", [{ ...inputs, actions: [] }, inputs]));
    await rule.update(altered(aws, "arn:r", [{ ...inputs, tags: {} }, inputs]));
    expect(calls).toEqual([
      ["SetRulePriorities", { RulePriorities: [{ RuleArn: "arn:r", Priority: 200 }] }],
      ["ModifyRule", { RuleArn: "arn:r", Conditions: CONDITIONS, Actions: ACTIONS }],
      ["AddTags", { ResourceArns: ["arn:r"], Tags: [{ Key: "Name", Value: "office-0" }] }],
    ]);
  });

  test("are refused with a condition that nobody knows", async () => {
    const odd = { ...inputs, conditions: [{ moonPhase: { values: ["full"] } }] };
    await expect(rule.create(target(scriptedAws().aws, odd))).rejects.toThrow(
      "a rule with the condition moonPhase cannot be made here",
    );
  });

  test("hang on listeners with a certificate and a default action", async () => {
    const { aws, calls } = scriptedAws({ CreateListener: { Listeners: [{ ListenerArn: "arn:l" }] } });
    const declared = {
      loadBalancerArn: "arn:b",
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "s",
      certificateArn: "arn:c",
      defaultActions: [
        { type: "fixed-response", fixedResponse: { contentType: "text/html", statusCode: "403" } },
      ],
    };
    await expect(listener.create(target(aws, declared))).resolves.toBe("arn:l");
    const input = {
      Port: 443,
      Protocol: "HTTPS",
      SslPolicy: "s",
      Certificates: [{ CertificateArn: "arn:c" }],
      DefaultActions: [
        {
          Order: 1,
          Type: "fixed-response",
          FixedResponseConfig: { ContentType: "text/html", StatusCode: "403" },
        },
      ],
    };
    await listener.update(altered(aws, "arn:l", [{ ...declared, port: 8443 }, declared]));
    expect(calls).toEqual([
      ["CreateListener", { ...input, LoadBalancerArn: "arn:b", Tags: [] }],
      ["ModifyListener", { ...input, ListenerArn: "arn:l" }],
    ]);
  });

  test("stand on a balancer whose attributes are spelled as AWS spells them", async () => {
    const { aws, calls } = scriptedAws({
      CreateLoadBalancer: { LoadBalancers: [{ LoadBalancerArn: "arn:b" }] },
    });
    const declared = {
      name: "b",
      internal: false,
      subnets: ["s-1"],
      securityGroups: ["sg-1"],
      dropInvalidHeaderFields: true,
      idleTimeout: 60,
    };
    await expect(balancer.create(target(aws, declared))).resolves.toBe("arn:b");
    await balancer.update(
      altered(aws, "arn:b", [
        declared,
        {
          ...declared,
          idleTimeout: 90,
          subnets: ["s-2"],
          securityGroups: ["sg-2"],
          ipAddressType: "dualstack",
        },
      ]),
    );
    expect(calls).toEqual([
      [
        "CreateLoadBalancer",
        { Name: "b", Scheme: "internet-facing", Subnets: ["s-1"], SecurityGroups: ["sg-1"], Tags: [] },
      ],
      [
        "ModifyLoadBalancerAttributes",
        {
          LoadBalancerArn: "arn:b",
          Attributes: [
            { Key: "routing.http.drop_invalid_header_fields.enabled", Value: "true" },
            { Key: "idle_timeout.timeout_seconds", Value: "60" },
          ],
        },
      ],
      ["SetSubnets", { LoadBalancerArn: "arn:b", Subnets: ["s-2"] }],
      ["SetSecurityGroups", { LoadBalancerArn: "arn:b", SecurityGroups: ["sg-2"] }],
      ["SetIpAddressType", { LoadBalancerArn: "arn:b", IpAddressType: "dualstack" }],
      [
        "ModifyLoadBalancerAttributes",
        { LoadBalancerArn: "arn:b", Attributes: [{ Key: "idle_timeout.timeout_seconds", Value: "90" }] },
      ],
    ]);
  });

  test("stand on a balancer whose address the program gets", async () => {
    const arn = "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/b/1";
    const { aws } = scriptedAws({
      DescribeLoadBalancers: {
        LoadBalancers: [{ DNSName: "b.elb", VpcId: "v", CanonicalHostedZoneId: "Z", LoadBalancerName: "b" }],
      },
    });
    await expect(balancer.read(existing(aws, arn))).resolves.toEqual({
      arn,
      arnSuffix: "app/b/1",
      dnsName: "b.elb",
      name: "b",
      vpcId: "v",
      zoneId: "Z",
    });
  });
});

describe("an e-mail sender", () => {
  const found = {
    IdentityType: "DOMAIN",
    VerifiedForSendingStatus: true,
    DkimAttributes: { Tokens: ["a", "b", "c"], Status: "SUCCESS" },
    MailFromAttributes: { MailFromDomain: "mail.example.com" },
  };

  test("is made with its key length and tells its DKIM tokens", async () => {
    const { aws, calls } = scriptedAws({ GetEmailIdentity: found });
    const inputs = {
      emailIdentity: "example.com",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    };
    await expect(identity.create(target(aws, inputs))).resolves.toBe("example.com");
    expect(calls).toEqual([
      [
        "CreateEmailIdentity",
        {
          EmailIdentity: "example.com",
          DkimSigningAttributes: { NextSigningKeyLength: "RSA_2048_BIT" },
          Tags: [],
        },
      ],
    ]);
    await expect(identity.read(existing(aws, "example.com", inputs))).resolves.toEqual({
      arn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
      identityType: "DOMAIN",
      verifiedForSendingStatus: true,
      dkimSigningAttributes: {
        nextSigningKeyLength: "RSA_2048_BIT",
        status: "SUCCESS",
        tokens: ["a", "b", "c"],
      },
    });
  });

  test("takes another configuration set and other tags in place", async () => {
    const { aws, calls } = scriptedAws();
    await identity.update(
      altered(aws, "example.com", [{}, { configurationSetName: "c", tags: { a: "b" } }], { arn: "arn:i" }),
    );
    expect(calls).toEqual([
      [
        "PutEmailIdentityConfigurationSetAttributes",
        { EmailIdentity: "example.com", ConfigurationSetName: "c" },
      ],
      ["TagResource", { ResourceArn: "arn:i", Tags: [{ Key: "a", Value: "b" }] }],
    ]);
  });

  test("has a MAIL FROM domain that is put, seen and taken away", async () => {
    const { aws, calls } = scriptedAws({ GetEmailIdentity: found });
    const inputs = {
      emailIdentity: "example.com",
      mailFromDomain: "mail.example.com",
      behaviorOnMxFailure: "REJECT_MESSAGE",
    };
    await mailFrom.create(target(aws, inputs));
    await expect(mailFrom.read(existing(aws, "example.com"))).resolves.toEqual({});
    await mailFrom.delete(existing(aws, "example.com"));
    expect(calls.filter(([operation]) => operation !== "GetEmailIdentity")).toEqual([
      [
        "PutEmailIdentityMailFromAttributes",
        {
          EmailIdentity: "example.com",
          MailFromDomain: "mail.example.com",
          BehaviorOnMxFailure: "REJECT_MESSAGE",
        },
      ],
      ["PutEmailIdentityMailFromAttributes", { EmailIdentity: "example.com" }],
    ]);
    const without = scriptedAws({ GetEmailIdentity: { MailFromAttributes: {} } }).aws;
    await expect(mailFrom.read(existing(without, "example.com"))).resolves.toBeUndefined();
  });

  describe("that is verified", () => {
    let server: Server | undefined;
    afterEach(() => void server?.close());

    async function answering(status: number): Promise<{ endpoint: string; requests: string[] }> {
      const requests: string[] = [];
      const listening = createServer((request, response) => {
        requests.push(`${request.method} ${request.url}`);
        response.writeHead(status).end("{}");
      });
      server = listening;
      await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
      return { endpoint: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, requests };
    }

    test("is so once its DNS records are declared, because no DNS reaches the local world", async () => {
      const { endpoint, requests } = await answering(200);
      const aws = { ...scriptedAws().aws, endpoint };
      await expect(verification.create(target(aws, { domain: "example.com" }))).resolves.toBe("example.com");
      expect(requests).toEqual(["POST /_sekisho/email-identities/example.com/verify"]);
    });

    test("is not believed when the local AWS does not agree", async () => {
      const { endpoint } = await answering(404);
      const aws = { ...scriptedAws().aws, endpoint };
      await expect(verification.create(target(aws, { domain: "example.com" }))).rejects.toThrow(
        "the local AWS answered 404 to POST /_sekisho/email-identities/example.com/verify",
      );
      const pending = scriptedAws({ GetEmailIdentity: { VerifiedForSendingStatus: false } }).aws;
      await expect(verification.read(existing(pending, "example.com"))).resolves.toBeUndefined();
    });
  });
});
