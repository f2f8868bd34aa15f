import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "vitest";
import { describeConformance, expectRefusal } from "./conformance.ts";
import { deny, office, withBalancer } from "./load-balancer-place.ts";

const ministack = (what: string) => ({ differs: { ministack: what } });
const REDIRECT = {
  Type: "redirect",
  RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" },
} as const;

describeConformance("Load balancers", [
  {
    title: "need subnets in two zones and a name of their own",
    source: "API reference, CreateLoadBalancer",
    ...ministack("takes one subnet"),
    async run({ loadBalancers }) {
      const create = (Name: string, ...Subnets: string[]) =>
        loadBalancers.send(new CreateLoadBalancerCommand({ Name, Subnets }));
      await expectRefusal(
        create("sekisho-one", "subnet-0aaaaaaaaaaaaaaaa"),
        "ValidationError",
        "At least two subnets in two different Availability Zones must be specified",
      );
      await expectRefusal(
        create("-bad-", "subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"),
        "ValidationError",
      );
    },
  },
  {
    title: "are found by name and by ARN, and missed by name",
    source: "API reference, DescribeLoadBalancers",
    run: (place) =>
      withBalancer(place, async ({ arn }) => {
        const find = (by: object) => place.loadBalancers.send(new DescribeLoadBalancersCommand(by));
        const [found] = (await find({ LoadBalancerArns: [arn] })).LoadBalancers ?? [];
        expect(found).toMatchObject({
          LoadBalancerArn: arn,
          Type: "application",
          DNSName: expect.stringContaining(".elb.amazonaws.com"),
        });
        expect((await find({ Names: [found?.LoadBalancerName] })).LoadBalancers?.[0]?.LoadBalancerArn).toBe(
          arn,
        );
        await expectRefusal(find({ Names: ["none"] }), "LoadBalancerNotFound");
      }),
  },
  {
    title: "cannot be deleted while they are protected, and take their listeners and rules along",
    source: "Application Load Balancers, Deletion protection; API reference, DeleteLoadBalancer",
    ...ministack("deletes protected ones"),
    run: (place) =>
      withBalancer(place, async ({ arn, https, rule }) => {
        await rule(10);
        const protect = (Value: string) => {
          const Attributes = [{ Key: "deletion_protection.enabled", Value }];
          return place.loadBalancers.send(
            new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes }),
          );
        };
        const remove = () =>
          place.loadBalancers.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
        await protect("true");
        await expectRefusal(remove(), "OperationNotPermitted");
        await protect("false");
        await remove();
        await expectRefusal(
          place.loadBalancers.send(new DescribeRulesCommand({ ListenerArn: https })),
          "ListenerNotFound",
        );
        // Deleting what is gone succeeds.
        await remove();
      }),
  },
  {
    title: "know their attributes, and refuse unknown ones",
    source: "API reference, LoadBalancerAttribute",
    ...ministack("takes any key"),
    run: (place) =>
      withBalancer(place, async ({ arn: LoadBalancerArn }) => {
        const change = (Key: string, Value: string) =>
          place.loadBalancers.send(
            new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key, Value }] }),
          );
        await change("routing.http.drop_invalid_header_fields.enabled", "true");
        await expectRefusal(change("routing.http.colour", "red"), "ValidationError");
        const { Attributes } = await place.loadBalancers.send(
          new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }),
        );
        expect(Attributes).toContainEqual({
          Key: "routing.http.drop_invalid_header_fields.enabled",
          Value: "true",
        });
        expect(Attributes).toContainEqual({ Key: "idle_timeout.timeout_seconds", Value: "60" });
      }),
  },
  {
    title: "carry tags that can be added and taken away",
    source: "API reference, AddTags and RemoveTags",
    run: (place) =>
      withBalancer(place, async ({ arn }) => {
        const ResourceArns = [arn];
        const client = place.loadBalancers;
        await client.send(
          new AddTagsCommand({
            ResourceArns,
            Tags: [
              { Key: "sekisho:stack", Value: "dev" },
              { Key: "x", Value: "1" },
            ],
          }),
        );
        await client.send(new RemoveTagsCommand({ ResourceArns, TagKeys: ["x"] }));
        const { TagDescriptions } = await client.send(new DescribeTagsCommand({ ResourceArns }));
        expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: "sekisho:stack", Value: "dev" }]);
      }),
  },
]);

describeConformance("Listeners", [
  {
    title: "need a certificate for HTTPS",
    source: "pulumi/pulumi-awsx issue 1242",
    ...ministack("takes HTTPS without one"),
    run: (place) =>
      withBalancer(place, async ({ arn }) => {
        const command = new CreateListenerCommand({
          LoadBalancerArn: arn,
          Protocol: "HTTPS",
          Port: 8443,
          DefaultActions: [deny],
        });
        await expectRefusal(
          place.loadBalancers.send(command),
          "ValidationError",
          "A certificate must be specified for HTTPS listeners",
        );
      }),
  },
  {
    title: "never share a port",
    source: "API reference, CreateListener, DuplicateListener",
    ...ministack("takes the second one"),
    run: (place) =>
      withBalancer(place, async ({ arn, http }) => {
        const client = place.loadBalancers;
        const create = new CreateListenerCommand({
          LoadBalancerArn: arn,
          Protocol: "HTTP",
          Port: 80,
          DefaultActions: [deny],
        });
        await expectRefusal(client.send(create), "DuplicateListener");
        await expectRefusal(
          client.send(new ModifyListenerCommand({ ListenerArn: http, Port: 443 })),
          "DuplicateListener",
        );
      }),
  },
  {
    title: "change what is named and keep the rest",
    source: "API reference, ModifyListener",
    run: (place) =>
      withBalancer(place, async ({ https, rules }) => {
        const before = (
          await place.loadBalancers.send(new DescribeListenersCommand({ ListenerArns: [https] }))
        ).Listeners?.[0];
        await place.loadBalancers.send(
          new ModifyListenerCommand({ ListenerArn: https, DefaultActions: [REDIRECT] }),
        );
        const after = (
          await place.loadBalancers.send(new DescribeListenersCommand({ ListenerArns: [https] }))
        ).Listeners?.[0];
        expect(after).toMatchObject({
          Port: 443,
          Protocol: "HTTPS",
          SslPolicy: before?.SslPolicy,
          Certificates: before?.Certificates,
        });
        expect(after?.DefaultActions?.[0]?.RedirectConfig).toMatchObject(REDIRECT.RedirectConfig);
        expect((await rules())[0]).toMatchObject({ IsDefault: true, Actions: [{ Type: "redirect" }] });
      }),
  },
  {
    title: "say when there is no such listener or load balancer",
    source: "API reference, DescribeListeners",
    ...ministack("answers with none"),
    async run({ loadBalancers }) {
      const arn =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/none/50dc6c495c0c9188/f2f7dc8efc522ab2";
      await expectRefusal(
        loadBalancers.send(new DescribeListenersCommand({ ListenerArns: [arn] })),
        "ListenerNotFound",
      );
      const balancer =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/none/50dc6c495c0c9188";
      await expectRefusal(
        loadBalancers.send(new DescribeListenersCommand({ LoadBalancerArn: balancer })),
        "LoadBalancerNotFound",
      );
    },
  },
  {
    title: "that other people made take our rules beside theirs",
    source: "the stack names a listener that exists already",
    needsControl: true,
    async run({ loadBalancers, control }) {
      const arn =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2";
      const group =
        "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/73e2d6bc24d8a067";
      await control?.post("listeners", { arn, targetGroupArns: [group] });
      const { Listeners } = await loadBalancers.send(new DescribeListenersCommand({ ListenerArns: [arn] }));
      expect(Listeners?.[0]).toMatchObject({ Protocol: "HTTPS", Port: 443 });
      const Actions = [{ Type: "forward", TargetGroupArn: group }] as const;
      await loadBalancers.send(
        new CreateRuleCommand({
          ListenerArn: arn,
          Priority: 100,
          Conditions: [office],
          Actions: [...Actions],
        }),
      );
      const { Rules } = await loadBalancers.send(new DescribeRulesCommand({ ListenerArn: arn }));
      expect(Rules?.map(({ Priority }) => Priority)).toEqual(["100", "default"]);
    },
  },
]);

describeConformance("Target groups", [
  {
    title: "cannot be deleted while a rule forwards to them",
    source: "API reference, DeleteTargetGroup, ResourceInUse",
    ...ministack("deletes them"),
    run: (place) =>
      withBalancer(place, async ({ rule, arn, targetGroupArn }) => {
        await rule(10, { actions: [{ Type: "forward", TargetGroupArn: targetGroupArn }] });
        await expectRefusal(
          place.loadBalancers.send(new DeleteTargetGroupCommand({ TargetGroupArn: targetGroupArn })),
          "ResourceInUse",
        );
        const { TargetGroups } = await place.loadBalancers.send(
          new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }),
        );
        expect(TargetGroups?.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([targetGroupArn]);
      }),
  },
  {
    title: "know their targets",
    source: "API reference, RegisterTargets",
    run: (place) =>
      withBalancer(place, async ({ targetGroupArn: TargetGroupArn }) => {
        const Targets = [{ Id: "10.0.0.10", Port: 8080 }];
        await place.loadBalancers.send(new RegisterTargetsCommand({ TargetGroupArn, Targets }));
        const { TargetHealthDescriptions } = await place.loadBalancers.send(
          new DescribeTargetHealthCommand({ TargetGroupArn }),
        );
        expect(TargetHealthDescriptions?.map(({ Target }) => Target)).toMatchObject(Targets);
      }),
  },
]);
