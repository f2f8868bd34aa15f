import {
  type Action,
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  ModifyRuleCommand,
  type RuleCondition,
  SetRulePrioritiesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "vitest";
import { describeConformance, expectRefusal } from "./conformance.ts";
import { deny, office, withBalancer } from "./load-balancer-place.ts";
import type { Place } from "./places.ts";

const ministack = (what: string) => ({ differs: { ministack: what } });
const hosts = (...Values: string[]): RuleCondition => ({
  Field: "host-header",
  HostHeaderConfig: { Values },
});
const sources = (...Values: string[]): RuleCondition => ({ Field: "source-ip", SourceIpConfig: { Values } });
const cidrs = (count: number) => Array.from({ length: count }, (_, n) => `203.0.113.${n}/32`);

async function userPool({ control }: Place) {
  if (control === undefined) throw new Error("this place makes no user pools");
  return control.createUserPool();
}

const signIn = (UserPoolArn: string, UserPoolClientId: string, more: object = {}) => ({
  Type: "authenticate-cognito" as const,
  Order: 1,
  AuthenticateCognitoConfig: { UserPoolArn, UserPoolClientId, UserPoolDomain: "example-login", ...more },
});

const OIDC = {
  Issuer: "https://idp.example.com",
  AuthorizationEndpoint: "https://idp.example.com/authorize",
  TokenEndpoint: "https://idp.example.com/token",
  UserInfoEndpoint: "https://idp.example.com/userinfo",
  ClientId: "web",
};

const oidc = (more: object): Action[] => [
  { Type: "authenticate-oidc", Order: 1, AuthenticateOidcConfig: { ...OIDC, ...more } },
  { ...deny, Order: 2 },
];

const verifyToken: Action = {
  Type: "jwt-validation",
  Order: 1,
  JwtValidationConfig: {
    JwksEndpoint: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_a/.well-known/jwks.json",
    Issuer: "https://cognito-idp.ap-northeast-1.amazonaws.com/ap-northeast-1_a",
    AdditionalClaims: [{ Format: "single-string", Name: "token_use", Values: ["access"] }],
  },
};

describeConformance("Listener rules", [
  {
    title: "never share a priority",
    source: "API reference, CreateRule, PriorityInUse",
    ...ministack("takes the second rule"),
    run: (place) =>
      withBalancer(place, async ({ rule }) => {
        await rule(10);
        await expectRefusal(rule(10), "PriorityInUse", "Priority '10' is currently in use");
      }),
  },
  {
    title: "may have the same priority on two listeners",
    source: "API reference, CreateRule",
    run: (place) =>
      withBalancer(place, async ({ rule, http }) => {
        await rule(10);
        expect((await rule(10, { listener: http })).Priority).toBe("10");
      }),
  },
  {
    title: "can swap their priorities in one call, but not take one that is used",
    source: "API reference, SetRulePriorities",
    ...ministack("takes a priority that is used"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const [one, two, three] = [await rule(1), await rule(2), await rule(3)];
        const set = (...wanted: [string | undefined, number][]) => {
          const RulePriorities = wanted.map(([RuleArn, Priority]) => ({ RuleArn, Priority }));
          return place.loadBalancers.send(new SetRulePrioritiesCommand({ RulePriorities }));
        };
        await set([one.RuleArn, 2], [two.RuleArn, 1]);
        expect((await rules()).map(({ RuleArn }) => RuleArn).slice(0, 3)).toEqual([
          two.RuleArn,
          one.RuleArn,
          three.RuleArn,
        ]);
        await expectRefusal(set([one.RuleArn, 3]), "PriorityInUse");
        await expectRefusal(set([one.RuleArn, 7], [two.RuleArn, 7]), "PriorityInUse");
        expect((await rules()).map(({ Priority }) => Priority)).toEqual(["1", "2", "3", "default"]);
      }),
  },
  {
    title: "are all listed, the default rule among them, page by page",
    source: "API reference, DescribeRules",
    ...ministack("pages are not honoured"),
    run: (place) =>
      withBalancer(place, async ({ rule, https }) => {
        for (const priority of [30, 10, 20]) await rule(priority);
        const seen: (string | undefined)[] = [];
        let Marker: string | undefined;
        do {
          const command = new DescribeRulesCommand({ ListenerArn: https, PageSize: 3, Marker });
          const { Rules = [], NextMarker } = await place.loadBalancers.send(command);
          seen.push(...Rules.map(({ Priority }) => Priority));
          expect(Rules.length).toBeLessThanOrEqual(3);
          Marker = NextMarker;
        } while (Marker !== undefined);
        expect(seen.toSorted()).toEqual(["10", "20", "30", "default"]);
      }),
  },
  {
    title: "keep how a sign-in with Cognito is set up, with the defaults spelled out",
    source: "Application Load Balancers, Authenticate users; API reference, AuthenticateCognitoActionConfig",
    needsControl: true,
    run: (place) =>
      withBalancer(place, async ({ rule, rules, targetGroupArn }) => {
        const { arn, withSecret } = await userPool(place);
        const extra = {
          AuthenticationRequestExtraParams: { lang: "ja", prompt: "login" },
          SessionTimeout: 28_800,
        };
        const forward = { Type: "forward", Order: 2, TargetGroupArn: targetGroupArn } as const;
        await rule(10, { actions: [forward, signIn(arn, withSecret, extra)] });
        expect((await rules())[0]?.Actions).toMatchObject([
          {
            Type: "authenticate-cognito",
            Order: 1,
            AuthenticateCognitoConfig: {
              UserPoolArn: arn,
              UserPoolClientId: withSecret,
              UserPoolDomain: "example-login",
              SessionCookieName: "AWSELBAuthSessionCookie",
              Scope: "openid",
              OnUnauthenticatedRequest: "authenticate",
              ...extra,
            },
          },
          {
            Type: "forward",
            Order: 2,
            TargetGroupArn: targetGroupArn,
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroupArn }] },
          },
        ]);
      }),
  },
  {
    title: "keep how a token is verified",
    source: "Application Load Balancers, Verify JWTs; API reference, JwtValidationActionConfig",
    ...ministack("the configuration is lost"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        await rule(10, { actions: [verifyToken, { ...deny, Order: 2 }] });
        expect((await rules())[0]?.Actions?.[0]).toEqual(verifyToken);
      }),
  },
  {
    title: "never show the secret of an OIDC client",
    source: "API reference, AuthenticateOidcActionConfig",
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        await rule(10, { actions: oidc({ ClientSecret: "canary-secret" }) });
        const [shown] = await rules();
        expect(shown?.Actions?.[0]?.AuthenticateOidcConfig).toEqual({
          ...OIDC,
          SessionCookieName: "AWSELBAuthSessionCookie",
          Scope: "openid",
          SessionTimeout: 604_800,
          OnUnauthenticatedRequest: "authenticate",
        });
        expect(JSON.stringify(shown)).not.toContain("canary-secret");
      }),
  },
  {
    title: "need the secret of an OIDC client when they are made",
    source: "API reference, AuthenticateOidcActionConfig; ansible-collections/amazon.aws pull request 1270",
    ...ministack("takes a rule without a secret"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const neither = "You must either specify a client secret or set UseExistingClientSecret to true";
        for (const more of [{}, { UseExistingClientSecret: false }, { UseExistingClientSecret: true }]) {
          await expectRefusal(rule(10, { actions: oidc(more) }), "InvalidLoadBalancerAction", neither);
        }
        expect(await rules()).toHaveLength(1);
      }),
  },
  {
    title: "keep the secret of an OIDC client through a change that says so, and only then",
    source: "API reference, AuthenticateOidcActionConfig; ansible-collections/amazon.aws issue 1877",
    ...ministack("takes a change without a secret, and one with two"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const { RuleArn } = await rule(10, { actions: oidc({ ClientSecret: "first-secret" }) });
        const modify = (more: object) =>
          place.loadBalancers.send(new ModifyRuleCommand({ RuleArn, Actions: oidc(more) }));
        await expectRefusal(modify({ SessionTimeout: 60 }), "InvalidLoadBalancerAction");
        await expectRefusal(
          modify({ ClientSecret: "second-secret", UseExistingClientSecret: true }),
          "InvalidLoadBalancerAction",
          "You cannot both specify a client secret and set UseExistingClientSecret to true",
        );
        await modify({ SessionTimeout: 60, UseExistingClientSecret: true });
        await modify({ SessionTimeout: 61, UseExistingClientSecret: true });
        await modify({ SessionTimeout: 62, ClientSecret: "third-secret" });
        const [shown] = await rules();
        expect(shown?.Actions?.[0]?.AuthenticateOidcConfig).toMatchObject({ ...OIDC, SessionTimeout: 62 });
        expect(JSON.stringify(shown)).not.toMatch(/secret"/i);
      }),
  },
  {
    title: "refuse a Cognito client that has no secret",
    source: "aws-cloudformation/cloudformation-coverage-roadmap issue 1553",
    needsControl: true,
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const { arn, withoutSecret } = await userPool(place);
        const actions = [signIn(arn, withoutSecret), { ...deny, Order: 2 }];
        await expectRefusal(
          rule(10, { actions }),
          "InvalidLoadBalancerAction",
          "The user pool client must have a client secret",
        );
        expect(await rules()).toHaveLength(1);
      }),
  },
  {
    title:
      "cannot be written again for a Cognito client that has lost the secret it was made with, but moved",
    source: "floci-io/floci pull request 345; to prove on a real account",
    needsControl: true,
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const { arn, withSecret } = await userPool(place);
        const actions = [signIn(arn, withSecret), { ...deny, Order: 2 }];
        const { RuleArn } = await rule(10, { actions });
        await place.control?.replaceSecret(arn, withSecret);
        const modify = (more: object) =>
          place.loadBalancers.send(new ModifyRuleCommand({ RuleArn, ...more }));
        await expectRefusal(
          modify({ Actions: actions }),
          "InvalidLoadBalancerAction",
          "The user pool client must have a client secret",
        );
        await modify({ Conditions: [hosts("app.example.com")] });
        const RulePriorities = [{ RuleArn, Priority: 20 }];
        await place.loadBalancers.send(new SetRulePrioritiesCommand({ RulePriorities }));
        const [shown] = await rules();
        expect(shown).toMatchObject({ RuleArn, Priority: "20" });
        expect(shown?.Actions?.[0]?.AuthenticateCognitoConfig?.UserPoolClientId).toBe(withSecret);
      }),
  },
  {
    title: "never show the secret of a Cognito client",
    source: "API reference, AuthenticateCognitoActionConfig",
    needsControl: true,
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const { arn, withSecret } = await userPool(place);
        await rule(10, { actions: [signIn(arn, withSecret), { ...deny, Order: 2 }] });
        expect(Object.keys((await rules())[0]?.Actions?.[0] ?? {}).sort()).toEqual([
          "AuthenticateCognitoConfig",
          "Order",
          "Type",
        ]);
        expect(JSON.stringify(await rules())).not.toMatch(/secret"/i);
      }),
  },
  {
    title: "refuse a Cognito client or pool that does not exist",
    source: "Application Load Balancers, Authenticate users: the rule's writer reads the client",
    needsControl: true,
    run: (place) =>
      withBalancer(place, async ({ rule }) => {
        const { arn, withSecret } = await userPool(place);
        const last = { ...deny, Order: 2 };
        await expectRefusal(rule(10, { actions: [signIn(arn, "none"), last] }), "InvalidLoadBalancerAction");
        await expectRefusal(
          rule(10, { actions: [signIn(`${arn}x`, withSecret), last] }),
          "InvalidLoadBalancerAction",
        );
        await expectRefusal(
          rule(10, { actions: [signIn("arn:aws:s3:::x", withSecret), last] }),
          "ValidationError",
        );
      }),
  },
  {
    title: "sign people in and verify tokens on HTTPS listeners only",
    source: "API reference, Action",
    ...ministack("takes them on HTTP"),
    run: (place) =>
      withBalancer(place, async ({ rule, http }) => {
        const actions = [verifyToken, { ...deny, Order: 2 }];
        await expectRefusal(rule(10, { actions, listener: http }), "InvalidLoadBalancerAction");
      }),
  },
  {
    title: "end with exactly one action that answers, at most one that authenticates before it",
    source: "API reference, Action; Application Load Balancers, Rule action types",
    ...ministack("takes any actions"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        await expectRefusal(rule(10, { actions: [{ ...verifyToken }] }), "InvalidLoadBalancerAction");
        await expectRefusal(
          rule(10, {
            actions: [
              { ...deny, Order: 1 },
              { ...verifyToken, Order: 2 },
            ],
          }),
          "InvalidLoadBalancerAction",
        );
        await expectRefusal(
          rule(10, {
            actions: [
              { ...deny, Order: 1 },
              { ...deny, Order: 2 },
            ],
          }),
          "InvalidLoadBalancerAction",
        );
        const twice = [verifyToken, { ...verifyToken, Order: 2 }, { ...deny, Order: 3 }];
        await expectRefusal(rule(10, { actions: twice }), "InvalidLoadBalancerAction");
        await expectRefusal(rule(10, { actions: [verifyToken, deny] }), "ValidationError");
        await expectRefusal(
          rule(10, { actions: [{ Type: "redirect" }] }),
          "ValidationError",
          /^RedirectConfig must be specified/,
        );
        expect(await rules()).toHaveLength(1);
      }),
  },
  {
    title: "forward to target groups that exist",
    source: "API reference, CreateRule, TargetGroupNotFound",
    ...ministack("takes any target group"),
    run: (place) =>
      withBalancer(place, async ({ rule, targetGroupArn }) => {
        const forward = (TargetGroupArn: string) =>
          rule(10, { actions: [{ Type: "forward", TargetGroupArn }] });
        await expectRefusal(forward(`${targetGroupArn}0`), "TargetGroupNotFound");
        expect((await forward(targetGroupArn)).Actions?.[0]?.TargetGroupArn).toBe(targetGroupArn);
      }),
  },
  {
    title: "hold at most five values in all their conditions together",
    source: "Application Load Balancers, Quotas; aws-cloudformation/cfn-lint issue 3833",
    ...ministack("takes any number"),
    run: (place) =>
      withBalancer(place, async ({ rule }) => {
        const tooMany = "A rule can only have '5' condition values";
        await expectRefusal(rule(10, { conditions: [sources(...cidrs(6))] }), "ValidationError", tooMany);
        await expectRefusal(
          rule(10, { conditions: [hosts("a.example.com"), sources(...cidrs(5))] }),
          "ValidationError",
          tooMany,
        );
        await rule(10, { conditions: [hosts("a.example.com"), sources(...cidrs(4))] });
      }),
  },
  {
    title: "have at least one condition, each kind at most once, each with a value that makes sense",
    source: "API reference, RuleCondition; Application Load Balancers, Condition types",
    ...ministack("takes any condition"),
    run: (place) =>
      withBalancer(place, async ({ rule }) => {
        await expectRefusal(rule(10, { conditions: [] }), "ValidationError");
        await expectRefusal(
          rule(10, { conditions: [office, sources("198.51.100.0/24")] }),
          "ValidationError",
        );
        await expectRefusal(rule(10, { conditions: [sources()] }), "ValidationError");
        await expectRefusal(
          rule(10, { conditions: [{ Field: "moon-phase", Values: ["full"] }] }),
          "ValidationError",
        );
        for (const value of [
          "203.0.113.0",
          "203.0.113.0/33",
          "300.0.0.0/8",
          "2001:db8::/129",
          "255.255.255.255/32",
          "*",
        ]) {
          await expectRefusal(rule(10, { conditions: [sources(value)] }), "ValidationError");
        }
        await rule(10, { conditions: [sources("2001:db8::/32", "0.0.0.0/0")] });
      }),
  },
  {
    title: "show hosts and paths in both spellings, whichever they were written in",
    source: "API reference, RuleCondition",
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        await rule(10, {
          conditions: [hosts("app.example.com"), { Field: "path-pattern", Values: ["/api/*"] }],
        });
        expect((await rules())[0]?.Conditions).toEqual([
          {
            Field: "host-header",
            Values: ["app.example.com"],
            HostHeaderConfig: { Values: ["app.example.com"] },
          },
          { Field: "path-pattern", Values: ["/api/*"], PathPatternConfig: { Values: ["/api/*"] } },
        ]);
      }),
  },
  {
    title: "keep what a change does not name, and stay as they were when a change is refused",
    source: "API reference, ModifyRule",
    ...ministack("takes a change without actions"),
    run: (place) =>
      withBalancer(place, async ({ rule, rules }) => {
        const { RuleArn } = await rule(10, { conditions: [hosts("app.example.com")] });
        const modify = (more: object) =>
          place.loadBalancers.send(new ModifyRuleCommand({ RuleArn, ...more }));
        const redirect = {
          Type: "redirect",
          RedirectConfig: { StatusCode: "HTTP_302", Host: "www.example.com" },
        } as const;
        await modify({ Actions: [redirect] });
        const [changed] = await rules();
        expect(changed?.Conditions?.[0]?.Values).toEqual(["app.example.com"]);
        expect(changed?.Actions?.[0]).toMatchObject(redirect);
        await expectRefusal(modify({ Actions: [], Conditions: [office] }), "ValidationError");
        expect((await rules())[0]).toEqual(changed);
      }),
  },
  {
    title: "leave the default rule to its listener",
    source: "API reference, DeleteRule and ModifyRule, OperationNotPermitted",
    run: (place) =>
      withBalancer(place, async ({ rules }) => {
        const RuleArn = (await rules()).find(({ IsDefault }) => IsDefault)?.RuleArn;
        await expectRefusal(
          place.loadBalancers.send(new DeleteRuleCommand({ RuleArn })),
          "OperationNotPermitted",
        );
        const change = new ModifyRuleCommand({ RuleArn, Actions: [deny] });
        await expectRefusal(place.loadBalancers.send(change), "OperationNotPermitted");
      }),
  },
  {
    title: "are gone once they are deleted, and say so",
    source: "API reference, DeleteRule, RuleNotFound",
    ...ministack("deletes what is gone"),
    run: (place) =>
      withBalancer(place, async ({ rule }) => {
        const { RuleArn } = await rule(10);
        await place.loadBalancers.send(new DeleteRuleCommand({ RuleArn }));
        await expectRefusal(place.loadBalancers.send(new DeleteRuleCommand({ RuleArn })), "RuleNotFound");
        await rule(10);
      }),
  },
  {
    title: "are at most a hundred on a load balancer, default rules not counted",
    source: "Application Load Balancers, Quotas",
    ...ministack("takes any number"),
    run: (place) =>
      withBalancer(place, async ({ rule, http }) => {
        for (let priority = 1; priority <= 60; priority++) await rule(priority);
        for (let priority = 1; priority <= 40; priority++) await rule(priority, { listener: http });
        await expectRefusal(rule(61), "TooManyRules");
      }),
  },
  {
    title: "carry tags from the start",
    source: "API reference, CreateRule",
    run: (place) =>
      withBalancer(place, async ({ https }) => {
        const Tags = [{ Key: "Name", Value: "office-0" }];
        const create = { ListenerArn: https, Priority: 10, Conditions: [office], Actions: [deny], Tags };
        const { Rules } = await place.loadBalancers.send(new CreateRuleCommand(create));
        const ResourceArns = [Rules?.[0]?.RuleArn ?? ""];
        const { TagDescriptions } = await place.loadBalancers.send(new DescribeTagsCommand({ ResourceArns }));
        expect(TagDescriptions).toEqual([{ ResourceArn: ResourceArns[0], Tags }]);
      }),
  },
]);
