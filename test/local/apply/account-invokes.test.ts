import { describe, expect, test } from "vitest";
import { accountInvokes } from "../../../local/apply/account-invokes.ts";
import type { PropertyMap } from "../../../local/engine/property-values.ts";
import { type Script, scriptedAws } from "./scripted-aws.ts";

const SERVICE = "aws:servicequotas/getService:getService";
const QUOTA = "aws:servicequotas/getServiceQuota:getServiceQuota";
const CERTIFICATE = "aws:acm/getCertificate:getCertificate";
const RULE = "aws:lb/getListenerRule:getListenerRule";

async function invoke(token: string, args: PropertyMap, script: Script = {}) {
  const run = accountInvokes[token];
  if (!run) throw new Error(`no answer for ${token}`);
  return run(args, scriptedAws(script).aws);
}

describe("questions about the local account", () => {
  test("tell what it may spend on text messages, and of other quotas that there are none", async () => {
    const { serviceCode = "" } = await invoke(SERVICE, { serviceName: "AWS End User Messaging" });
    const quota = await invoke(QUOTA, { serviceCode, quotaName: "TextMessageMonthlySpend" });
    expect(quota).toMatchObject({ defaultValue: 1, value: 100 });
    await expect(invoke(SERVICE, { serviceName: "Amazon SNS" })).rejects.toThrow(
      "no matching Service Quotas Service found",
    );
    await expect(invoke(QUOTA, { serviceCode, quotaName: "Topics" })).rejects.toThrow("empty result");
  });

  test("find a certificate by its first name and status, with its text only when it is issued", async () => {
    const script: Script = {
      ListCertificates: ({ NextToken }) =>
        NextToken === undefined
          ? {
              CertificateSummaryList: [{ CertificateArn: "one", DomainName: "a.example.com" }],
              NextToken: "more",
            }
          : { CertificateSummaryList: [{ CertificateArn: "two", DomainName: "b.example.com" }] },
      DescribeCertificate: ({ CertificateArn }) => ({
        Certificate: { CertificateArn, Status: CertificateArn === "one" ? "PENDING_VALIDATION" : "ISSUED" },
      }),
      GetCertificate: { Certificate: "pem" },
    };
    const ask = (domain: string, status: string) =>
      invoke(CERTIFICATE, { domain, statuses: [status] }, script);
    expect(await ask("b.example.com", "ISSUED")).toMatchObject({
      arn: "two",
      status: "ISSUED",
      certificate: "pem",
    });
    expect(await ask("a.example.com", "PENDING_VALIDATION")).toMatchObject({ arn: "one", certificate: "" });
    await expect(ask("a.example.com", "ISSUED")).rejects.toThrow(
      "no ACM Certificate matching domain (a.example.com)",
    );
    await expect(ask("c.example.com", "ISSUED")).rejects.toThrow(
      "no ACM Certificate matching domain (c.example.com)",
    );
  });

  test("find the protocol of a listener", async () => {
    const found = await invoke(
      "aws:lb/getListener:getListener",
      { arn: "listener" },
      { DescribeListeners: { Listeners: [{ LoadBalancerArn: "lb", Port: 443, Protocol: "HTTPS" }] } },
    );
    expect(found).toMatchObject({ loadBalancerArn: "lb", port: 443, protocol: "HTTPS", tags: {} });
    await expect(invoke("aws:lb/getListener:getListener", { arn: "gone" })).rejects.toThrow(
      "reading ELBv2 Listener: couldn't find resource",
    );
  });

  test("find where a load balancer stands", async () => {
    const LoadBalancers = [{ LoadBalancerName: "one", Scheme: "internal", IpAddressType: "dualstack" }];
    const BALANCER = "aws:lb/getLoadBalancer:getLoadBalancer";
    const found = await invoke(BALANCER, { arn: "lb" }, { DescribeLoadBalancers: { LoadBalancers } });
    expect(found).toMatchObject({ arn: "lb", name: "one", internal: true, ipAddressType: "dualstack" });
    await expect(invoke(BALANCER, { arn: "gone" })).rejects.toThrow(
      "reading ELBv2 Load Balancer: couldn't find resource",
    );
  });

  test("find no web ACL before anything, in the provider's words", async () => {
    const args = { resourceArn: "balancer", scope: "REGIONAL" };
    await expect(invoke("aws:wafv2/getWebAcl:getWebAcl", args)).rejects.toThrow(
      "WAFv2 WebACL not found for resource_arn: balancer",
    );
  });

  test("find a rule by its priority with its tags, and of a free one that it is so in the provider's words", async () => {
    const script: Script = {
      DescribeRules: ({ Marker }) =>
        Marker === undefined
          ? { Rules: [{ RuleArn: "default", Priority: "default" }], NextMarker: "more" }
          : { Rules: [{ RuleArn: "rule", Priority: "110" }] },
      DescribeTags: { TagDescriptions: [{ Tags: [{ Key: "sekisho:stack", Value: "dev" }] }] },
    };
    expect(await invoke(RULE, { listenerArn: "listener", priority: 110 }, script)).toMatchObject({
      arn: "rule",
      priority: 110,
      tags: { "sekisho:stack": "dev" },
    });
    await expect(invoke(RULE, { listenerArn: "listener", priority: 111 }, script)).rejects.toThrow(
      'reading ELBV2 Listener Rule Data Source ("listener"/111): empty result',
    );
  });
});
