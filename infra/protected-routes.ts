import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LoadBalancer } from "./load-balancer.ts";
import { REFUSAL } from "./refusal.ts";
import { type PlannedRule, planRouteRules, RouteRuleError } from "./route-rules.ts";
import type { RoutesSettings, RuleSettings, Settings } from "./settings.ts";
import { stackTags } from "./stack-tags.ts";

export interface ProtectedRoutesArgs {
  settings: Pick<Settings, "stack" | "disposable" | "clients"> & { routes: RoutesSettings };
  userPool: { arn: pulumi.Input<string>; issuer: pulumi.Input<string> };
  /**
   * The domain prefix of managed login, or its host when the domain is one's own, without `https://`; needed by
   * `sign-in`.
   */
  signInDomain?: pulumi.Input<string> | undefined;
  /** Client id by the client's name in the settings. */
  clientIds: Record<string, pulumi.Input<string>>;
}

/**
 * The checkpoint itself: rules on the load balancer that ask for a sign-in or a token from the source addresses
 * of the settings, and answer 403 to everybody else.
 */
export class ProtectedRoutes extends pulumi.ComponentResource {
  readonly listenerArn: pulumi.Output<string>;

  constructor(name: string, args: ProtectedRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ProtectedRoutes", name, {}, opts);
    const { stack, disposable, routes } = args.settings;
    const planned = planRouteRules(routes);

    this.listenerArn = pulumi.output(
      routes.listener.kind === "existing"
        ? routes.listener.arn
        : new LoadBalancer(
            `${name}-alb`,
            { settings: { stack, disposable }, place: routes.listener, rules: routes.rules },
            { parent: this },
          ).listenerArn,
    );
    for (const rule of planned) {
      new aws.lb.ListenerRule(
        `${name}-${rule.resource}`,
        {
          listenerArn: this.listenerArn,
          priority: rule.priority,
          conditions: conditionsOf(rule),
          actions: actionsOf(rule, args),
          tags: { Name: rule.label, ...stackTags(stack) },
        },
        { parent: this },
      );
    }
    this.registerOutputs({ listenerArn: this.listenerArn });
  }
}

function conditionsOf({ hosts, paths, from }: PlannedRule): aws.types.input.lb.ListenerRuleCondition[] {
  return [
    ...(hosts.length > 0 ? [{ hostHeader: { values: hosts } }] : []),
    ...(paths.length > 0 ? [{ pathPattern: { values: paths } }] : []),
    ...(from.length > 0 ? [{ sourceIp: { values: from } }] : []),
  ];
}

function actionsOf({ action }: PlannedRule, args: ProtectedRoutesArgs): ListenerAction[] {
  if (action === "refuse") return [refuse()];
  switch (action.then) {
    case "sign-in":
      return [askForSignIn(action, args), forward(action, args, 2)];
    case "verify-token":
      return [verifyToken(action, args), forward(action, args, 2)];
    case "forward-without-sign-in":
      return [forward(action, args, 1)];
    case "deny":
      return [refuse()];
  }
}

type ListenerAction = aws.types.input.lb.ListenerRuleAction;

function askForSignIn(rule: RuleSettings, args: ProtectedRoutesArgs): ListenerAction {
  const client = clientOf(rule, args);
  if (args.signInDomain === undefined) {
    throw new RouteRuleError(
      rule.name,
      "sends people to sign in, and there is no page for it; add sekisho:signInPage",
    );
  }
  return {
    type: "authenticate-cognito",
    order: 1,
    authenticateCognito: {
      userPoolArn: args.userPool.arn,
      userPoolClientId: client.id,
      userPoolDomain: args.signInDomain,
      onUnauthenticatedRequest: "authenticate",
      scope: client.scopes.join(" "),
      // One name per client: two that share a host would overwrite each other's session.
      sessionCookieName: `sekisho-${args.settings.stack}-${client.name}`,
      sessionTimeout: args.settings.routes.sessionHours * 3600,
    },
  };
}

function verifyToken(rule: RuleSettings, args: ProtectedRoutesArgs): ListenerAction {
  const { issuer } = args.userPool;
  return {
    type: "jwt-validation",
    order: 1,
    jwtValidation: {
      issuer,
      jwksEndpoint: pulumi.interpolate`${issuer}/.well-known/jwks.json`,
      // Without these the token of any client of the pool would do, an ID token included.
      additionalClaims: [
        { name: "client_id", format: "single-string", values: [clientOf(rule, args).id] },
        { name: "token_use", format: "single-string", values: ["access"] },
      ],
    },
  };
}

function forward(rule: RuleSettings, { settings }: ProtectedRoutesArgs, order: number): ListenerAction {
  return { type: "forward", order, targetGroupArn: rule.targetGroupArn ?? settings.routes.targetGroupArn };
}

function refuse(): ListenerAction {
  return { type: "fixed-response", order: 1, fixedResponse: REFUSAL };
}

function clientOf(
  rule: RuleSettings,
  { settings, clientIds }: ProtectedRoutesArgs,
): { name: string; id: pulumi.Input<string>; scopes: string[] } {
  const client = settings.clients.find(({ name }) => name === rule.client);
  const id = client && clientIds[client.name];
  if (client === undefined || id === undefined) {
    const names = settings.clients.map(({ name }) => name).join(", ");
    throw new RouteRuleError(
      rule.name,
      `needs one of the clients under sekisho:clients (${names || "there are none"}), not ${rule.client ?? "none"}`,
    );
  }
  return { name: client.name, id, scopes: client.scopes };
}
