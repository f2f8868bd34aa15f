import {
  type CertificateStatus,
  DescribeCertificateCommand,
  GetCertificateCommand,
  ListCertificatesCommand,
} from "@aws-sdk/client-acm";
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { LOCAL_SMS_SPEND_QUOTA_USD } from "../account-quotas.ts";
import type { AwsClients } from "./aws-clients.ts";
import { textOf } from "./aws-shape.ts";
import type { Invoke, Invokes } from "./maker.ts";

const MESSAGING = { name: "AWS End User Messaging", code: "local-end-user-messaging" };
const SPEND_QUOTA = "TextMessageMonthlySpend";

// The local AWS has no Service Quotas: of the local account's quotas only this one is asked for.
const getService: Invoke = async (args) => {
  const serviceName = textOf(args, "serviceName");
  if (serviceName !== MESSAGING.name) throw new Error("no matching Service Quotas Service found");
  return { id: MESSAGING.code, serviceName, serviceCode: MESSAGING.code };
};

const getServiceQuota: Invoke = async (args, aws) => {
  const [serviceCode, quotaName] = [textOf(args, "serviceCode"), textOf(args, "quotaName")];
  if (serviceCode !== MESSAGING.code || quotaName !== SPEND_QUOTA) {
    throw new Error(`getting Default Service Quota for (${serviceCode}/${quotaName}): empty result`);
  }
  return {
    id: SPEND_QUOTA,
    quotaName,
    serviceCode,
    serviceName: MESSAGING.name,
    region: aws.region,
    adjustable: true,
    defaultValue: 1,
    value: LOCAL_SMS_SPEND_QUOTA_USD,
  };
};

const getCertificate: Invoke = async (args, aws) => {
  const domain = textOf(args, "domain");
  const statuses = listOf(args.statuses);
  const arns = (await listCertificates(aws)).filter(({ DomainName }) => DomainName === domain);
  const details = await Promise.all(
    arns.map(async ({ CertificateArn }) => {
      const { Certificate } = await aws.acm.send(new DescribeCertificateCommand({ CertificateArn }));
      return Certificate;
    }),
  );
  const found = details.find((detail) => isOneOf(statuses, detail?.Status));
  if (!found?.CertificateArn || !found.Status) {
    throw new Error(`no ACM Certificate matching domain (${domain})`);
  }
  const arn = found.CertificateArn;
  const { Certificate: certificate = "" } =
    found.Status === "ISSUED" ? await aws.acm.send(new GetCertificateCommand({ CertificateArn: arn })) : {};
  return { id: arn, arn, domain, region: aws.region, status: found.Status, certificate, tags: {} };
};

const getListener: Invoke = async (args, aws) => {
  const arn = textOf(args, "arn");
  const { Listeners = [] } = await aws.elb.send(new DescribeListenersCommand({ ListenerArns: [arn] }));
  const [listener] = Listeners;
  if (!listener) throw new Error("reading ELBv2 Listener: couldn't find resource");
  return {
    id: arn,
    arn,
    region: aws.region,
    loadBalancerArn: listener.LoadBalancerArn ?? "",
    port: listener.Port ?? 0,
    protocol: listener.Protocol ?? "",
    tags: await readTags(aws, arn),
  };
};

const getLoadBalancer: Invoke = async (args, aws) => {
  const arn = textOf(args, "arn");
  const { LoadBalancers = [] } = await aws.elb.send(
    new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }),
  );
  const [balancer] = LoadBalancers;
  if (!balancer) throw new Error("reading ELBv2 Load Balancer: couldn't find resource");
  return {
    id: arn,
    arn,
    region: aws.region,
    name: balancer.LoadBalancerName ?? "",
    internal: balancer.Scheme === "internal",
    ipAddressType: balancer.IpAddressType ?? "",
  };
};

const getListenerRule: Invoke = async (args, aws) => {
  const listenerArn = textOf(args, "listenerArn");
  const priority = String(args.priority);
  const found = (await listRules(aws, listenerArn)).find((rule) => rule.Priority === priority);
  // The provider's own words, because the program can tell this failure from others by nothing else.
  if (!found?.RuleArn) {
    throw new Error(`reading ELBV2 Listener Rule Data Source ("${listenerArn}"/${priority}): empty result`);
  }
  const tags = await readTags(aws, found.RuleArn);
  return { arn: found.RuleArn, listenerArn, priority: Number(priority), region: aws.region, tags };
};

// Web ACLs are only recorded here, so none stands before anything; the words are the provider's.
const getWebAcl: Invoke = async (args) => {
  throw new Error(`WAFv2 WebACL not found for resource_arn: ${textOf(args, "resourceArn")}`);
};

/** Provider functions that ask what an account has, before anything is declared in it. */
export const accountInvokes: Invokes = {
  "aws:acm/getCertificate:getCertificate": getCertificate,
  "aws:lb/getListener:getListener": getListener,
  "aws:lb/getListenerRule:getListenerRule": getListenerRule,
  "aws:lb/getLoadBalancer:getLoadBalancer": getLoadBalancer,
  "aws:servicequotas/getService:getService": getService,
  "aws:servicequotas/getServiceQuota:getServiceQuota": getServiceQuota,
  "aws:wafv2/getWebAcl:getWebAcl": getWebAcl,
};

async function listCertificates(aws: AwsClients) {
  const found: { CertificateArn?: string | undefined; DomainName?: string | undefined }[] = [];
  let next: string | undefined;
  do {
    const page = await aws.acm.send(new ListCertificatesCommand({ NextToken: next }));
    found.push(...(page.CertificateSummaryList ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return found;
}

async function listRules(aws: AwsClients, listenerArn: string): Promise<Rule[]> {
  const found: Rule[] = [];
  let next: string | undefined;
  do {
    const page = await aws.elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker: next }));
    found.push(...(page.Rules ?? []));
    next = page.NextMarker;
  } while (next !== undefined);
  return found;
}

async function readTags(aws: AwsClients, arn: string): Promise<Record<string, string>> {
  const { TagDescriptions = [] } = await aws.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  const tags = TagDescriptions.flatMap(({ Tags = [] }) => Tags);
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOneOf(statuses: readonly unknown[], status: CertificateStatus | undefined): boolean {
  return status !== undefined && statuses.includes(status);
}
