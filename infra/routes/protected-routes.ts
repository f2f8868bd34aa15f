import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { staysWithOwner } from "../loss-guards.ts";
import type { RoutesSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { type ActionTargets, actionsOf } from "./listener-actions.ts";
import { conditionsOf } from "./listener-conditions.ts";
import { balancerGuards, LoadBalancer } from "./load-balancer.ts";
import { loadBalancerArnOf } from "./load-balancer-arn.ts";
import { planRouteRules } from "./route-rules.ts";

export interface ProtectedRoutesArgs {
  settings: Pick<Settings, "stack" | "disposable" | "clients" | "letGo"> & { routes: RoutesSettings };
  userPool: { arn: pulumi.Input<string>; issuer: pulumi.Input<string> };
  /** Needed by `sign-in`. */
  signIn?:
    | {
        /** The domain prefix of managed login, or its host when the domain is one's own, without `https://`. */
        ruleDomain: pulumi.Input<string>;
        /** The host of managed login's pages and endpoints, without `https://`. */
        host: pulumi.Input<string>;
      }
    | undefined;
  /** By the client's name in the settings: the id of the generation in use, then of those accepted as well. */
  clientIds: Readonly<Record<string, readonly [pulumi.Input<string>, ...pulumi.Input<string>[]]>>;
  /** The secret of a client that is live now, secret in the state; asked for `authenticate: oidc` only. */
  currentSecret: (client: string) => pulumi.Input<string>;
  /** The bucket that keeps the access logs of a load balancer of our own. Default: none are kept. */
  accessLogsBucket?: pulumi.Input<string> | undefined;
}

/**
 * The checkpoint itself: rules on the load balancer that ask for a sign-in or a token from the source addresses
 * of the settings, and answer 403 to everybody else.
 */
export class ProtectedRoutes extends pulumi.ComponentResource {
  readonly listenerArn: pulumi.Output<string>;
  /** The load balancer that the listener belongs to. */
  readonly loadBalancerArn: pulumi.Output<string>;

  constructor(name: string, args: ProtectedRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ProtectedRoutes", name, {}, opts);
    const { stack, routes } = args.settings;
    const planned = planRouteRules(routes);
    const targets = actionTargets(args);

    // Without its rules a balancer that stays would answer 403 to everybody.
    const retainOnDelete = routes.listener.kind === "create" && staysWithOwner(balancerGuards(args.settings));
    const place = this.placeOf(`${name}-alb`, args);
    this.listenerArn = place.listenerArn;
    this.loadBalancerArn = place.loadBalancerArn;
    for (const rule of planned) {
      new aws.lb.ListenerRule(
        `${name}-${rule.resource}`,
        {
          listenerArn: this.listenerArn,
          priority: rule.priority,
          conditions: conditionsOf(rule),
          actions: actionsOf(rule, targets),
          tags: { Name: rule.label, ...stackTags(stack) },
        },
        { parent: this, retainOnDelete },
      );
    }
    this.registerOutputs({ listenerArn: this.listenerArn });
  }

  private placeOf(
    name: string,
    { settings, accessLogsBucket }: ProtectedRoutesArgs,
  ): { listenerArn: pulumi.Output<string>; loadBalancerArn: pulumi.Output<string> } {
    const { listener, rules } = settings.routes;
    if (listener.kind === "existing") {
      const { arn } = listener;
      return { listenerArn: pulumi.output(arn), loadBalancerArn: pulumi.output(loadBalancerArnOf(arn)) };
    }
    const { listenerArn, arn } = new LoadBalancer(
      name,
      { settings, place: listener, rules, accessLogsBucket },
      { parent: this },
    );
    return { listenerArn, loadBalancerArn: arn };
  }
}

function actionTargets(args: ProtectedRoutesArgs): ActionTargets<pulumi.Input<string>> {
  const { settings, userPool, signIn, clientIds, currentSecret } = args;
  return {
    stack: settings.stack,
    routes: settings.routes,
    clients: settings.clients,
    userPool: {
      ...userPool,
      jwksEndpoint: pulumi.interpolate`${userPool.issuer}/.well-known/jwks.json`,
    },
    signIn: signIn && {
      domain: signIn.ruleDomain,
      // Amazon Cognito Developer Guide, Identity provider and relying party endpoints.
      endpoints: {
        authorization: pulumi.interpolate`https://${signIn.host}/oauth2/authorize`,
        token: pulumi.interpolate`https://${signIn.host}/oauth2/token`,
        userInfo: pulumi.interpolate`https://${signIn.host}/oauth2/userInfo`,
      },
    },
    clientIds,
    currentSecret,
  };
}
