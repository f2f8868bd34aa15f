import { isDeepStrictEqual } from "node:util";
import {
  AddTagsCommand,
  CreateListenerCommand,
  type CreateListenerCommandInput,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerArgs } from "@pulumi/aws/lb/listener.js";
import type { LoadBalancerArgs } from "@pulumi/aws/lb/loadBalancer.js";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, omit, outputsOf, textOf } from "./aws-shape.ts";
import { actionsInput } from "./listener-action.ts";
import type { Altered, Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const BALANCER_GONE = ["LoadBalancerNotFoundException", "LoadBalancerNotFound"];
const LISTENER_GONE = ["ListenerNotFoundException", "ListenerNotFound", ...BALANCER_GONE];

// Input of the provider -> attribute (Elastic Load Balancing API Reference, LoadBalancerAttribute).
const ATTRIBUTES: Record<string, string> = {
  clientKeepAlive: "client_keep_alive.seconds",
  desyncMitigationMode: "routing.http.desync_mitigation_mode",
  dropInvalidHeaderFields: "routing.http.drop_invalid_header_fields.enabled",
  enableDeletionProtection: "deletion_protection.enabled",
  enableHttp2: "routing.http2.enabled",
  enableTlsVersionAndCipherSuiteHeaders: "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
  enableWafFailOpen: "waf.fail_open.enabled",
  enableXffClientPort: "routing.http.xff_client_port.enabled",
  enableZonalShift: "zonal_shift.config.enabled",
  idleTimeout: "idle_timeout.timeout_seconds",
  preserveHostHeader: "routing.http.preserve_host_header.enabled",
  xffHeaderProcessingMode: "routing.http.xff_header_processing.mode",
};

const loadBalancer: Maker = {
  autoName: { property: "name", longest: 32 },
  async create({ inputs, aws }) {
    const { internal, ipAddressType, loadBalancerType, securityGroups, subnets } =
      inputsAs<LoadBalancerArgs>(inputs);
    const { LoadBalancers } = await aws.elb.send(
      new CreateLoadBalancerCommand({
        Name: textOf(inputs, "name"),
        Scheme: internal ? "internal" : "internet-facing",
        Type: loadBalancerType as CreateLoadBalancerCommandInput["Type"],
        IpAddressType: ipAddressType as CreateLoadBalancerCommandInput["IpAddressType"],
        SecurityGroups: securityGroups,
        Subnets: subnets,
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    const arn = LoadBalancers?.[0]?.LoadBalancerArn;
    if (!arn) throw new Error("CreateLoadBalancer answered without an ARN");
    await setAttributes(aws.elb, arn, attributesOf(inputs));
    return arn;
  },
  async read({ id, aws }) {
    const found = await unless(BALANCER_GONE, () =>
      aws.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [id] })),
    );
    const balancer = found?.LoadBalancers?.[0];
    return (
      balancer &&
      outputsOf({
        arn: id,
        arnSuffix: id.split(":loadbalancer/")[1],
        dnsName: balancer.DNSName,
        name: balancer.LoadBalancerName,
        vpcId: balancer.VpcId,
        zoneId: balancer.CanonicalHostedZoneId,
      })
    );
  },
  async update(altered) {
    const { id, inputs, before, aws } = altered;
    await changePlace(altered);
    const [old, current] = [attributesOf(before), attributesOf(inputs)];
    const changed = Object.entries(current).filter(([key, value]) => old[key] !== value);
    await setAttributes(aws.elb, id, Object.fromEntries(changed));
    await changeElbTags(altered);
  },
  async delete({ id, aws }) {
    await unless(BALANCER_GONE, () => aws.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id })));
  },
};

const listener: Maker = {
  async create({ inputs, aws }) {
    const { Listeners } = await aws.elb.send(
      new CreateListenerCommand({
        ...listenerInput(inputs),
        LoadBalancerArn: textOf(inputs, "loadBalancerArn"),
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    const arn = Listeners?.[0]?.ListenerArn;
    if (!arn) throw new Error("CreateListener answered without an ARN");
    return arn;
  },
  async read({ id, aws }) {
    const found = await unless(LISTENER_GONE, () =>
      aws.elb.send(new DescribeListenersCommand({ ListenerArns: [id] })),
    );
    return found?.Listeners?.[0] && { arn: id };
  },
  async update(altered) {
    const { id, inputs, before, aws } = altered;
    if (!isDeepStrictEqual(omit(before, "tags"), omit(inputs, "tags"))) {
      await aws.elb.send(new ModifyListenerCommand({ ...listenerInput(inputs), ListenerArn: id }));
    }
    await changeElbTags(altered);
  },
  async delete({ id, aws }) {
    await unless(LISTENER_GONE, () => aws.elb.send(new DeleteListenerCommand({ ListenerArn: id })));
  },
};

export const loadBalancerMakers: Makers = {
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/listener:Listener": listener,
};

async function changePlace({ id: LoadBalancerArn, inputs, before, aws }: Altered): Promise<void> {
  const { ipAddressType, securityGroups = [], subnets = [] } = inputsAs<LoadBalancerArgs>(inputs);
  if (!isDeepStrictEqual(before.subnets, inputs.subnets)) {
    await aws.elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: subnets }));
  }
  if (!isDeepStrictEqual(before.securityGroups, inputs.securityGroups)) {
    await aws.elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: securityGroups }));
  }
  if (before.ipAddressType !== ipAddressType) {
    const IpAddressType = (ipAddressType ?? "ipv4") as "ipv4" | "dualstack";
    await aws.elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType }));
  }
}

function attributesOf(inputs: PropertyMap): Record<string, string> {
  const plain = Object.entries(ATTRIBUTES).flatMap(([input, attribute]) => {
    const value = inputs[input];
    return value === undefined ? [] : [[attribute, String(value)]];
  });
  const { accessLogs } = inputs;
  const logs = isMap(accessLogs)
    ? [
        ["access_logs.s3.enabled", String(accessLogs.enabled ?? false)],
        ["access_logs.s3.bucket", textOf(accessLogs, "bucket")],
        ["access_logs.s3.prefix", textOf(accessLogs, "prefix")],
      ]
    : [];
  return Object.fromEntries([...plain, ...logs]);
}

async function setAttributes(
  client: AwsClients["elb"],
  LoadBalancerArn: string,
  attributes: Record<string, string>,
): Promise<void> {
  if (Object.keys(attributes).length === 0) return;
  await client.send(
    new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: tagList(attributes) }),
  );
}

function listenerInput(inputs: PropertyMap): Omit<CreateListenerCommandInput, "LoadBalancerArn"> {
  const { certificateArn, port, protocol, sslPolicy } = inputsAs<ListenerArgs>(inputs);
  return {
    Port: port,
    Protocol: protocol as CreateListenerCommandInput["Protocol"],
    SslPolicy: sslPolicy,
    ...(certificateArn === undefined ? {} : { Certificates: [{ CertificateArn: certificateArn }] }),
    DefaultActions: actionsInput(inputs.defaultActions),
  };
}

async function changeElbTags({ id, inputs, before, aws }: Altered): Promise<void> {
  await changeTags(before, inputs, {
    set: (tags) => aws.elb.send(new AddTagsCommand({ ResourceArns: [id], Tags: tagList(tags) })),
    remove: (TagKeys) => aws.elb.send(new RemoveTagsCommand({ ResourceArns: [id], TagKeys })),
  });
}
