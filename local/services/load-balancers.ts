import { AwsFault } from "../aws-fault.ts";
import type { WebAnswer, WebRequest } from "../web-exchange.ts";
import type { DescribeClient } from "./load-balancers/actions.ts";
import { balancerOperations } from "./load-balancers/balancers.ts";
import { listenerOperations, seedListener } from "./load-balancers/listeners.ts";
import type { Operations } from "./load-balancers/operation.ts";
import { ruleOperations } from "./load-balancers/rules.ts";
import { LoadBalancerState } from "./load-balancers/state.ts";
import { tagOperations } from "./load-balancers/tags.ts";
import { seedTargetGroup, targetGroupOperations } from "./load-balancers/target-groups.ts";
import type { Application } from "./load-balancers/traffic/application.ts";
import type { CallWeb } from "./load-balancers/traffic/identity-provider.ts";
import { openTraffic, serveRequest, type Traffic } from "./load-balancers/traffic/traffic.ts";
import type { WebOrigin } from "./load-balancers/traffic/web-origin.ts";
import type { ServiceWorld } from "./regional.ts";

const operations: Operations = {
  ...balancerOperations,
  ...listenerOperations,
  ...ruleOperations,
  ...targetGroupOperations,
  ...tagOperations,
};

/** What load balancers ask others. */
export interface LoadBalancerPartners {
  describeClient: DescribeClient;
  /** Token, user info and key endpoints of identity providers. */
  callWeb: CallWeb;
  /** What stands behind rules that forward; unless given, one that says who its user is. */
  application?: Application;
}

/** Application load balancers of one account and Region: what is configured, and how they answer requests by it. */
export class LoadBalancers {
  readonly #state: LoadBalancerState;
  readonly #describeClient: DescribeClient;
  readonly #traffic: Traffic;

  constructor(world: ServiceWorld, { describeClient, ...partners }: LoadBalancerPartners) {
    this.#state = new LoadBalancerState(world);
    this.#describeClient = describeClient;
    this.#traffic = openTraffic(this.#state, partners);
  }

  /** Resolves with the operation's result, or throws an AwsFault. */
  async handle(name: string, input: unknown): Promise<object> {
    const run = operations[name];
    if (run === undefined) {
      throw new AwsFault("InvalidAction", `The local load balancers do not answer ${name}.`, { status: 501 });
    }
    return run({ state: this.#state, describeClient: this.#describeClient }, input);
  }

  /** Answers a request for an application behind one of them; `from` as the headers of tests say it (`originOf`). */
  answerWeb(request: WebRequest, from: WebOrigin): Promise<WebAnswer> {
    return serveRequest(this.#traffic, request, from);
  }

  /** Answers at the host of the keys that users' claims are signed with. */
  answerKey(request: WebRequest): WebAnswer {
    return this.#traffic.key.answer(request);
  }

  /** A listener that other people made, and the target groups that rules on it forward to. */
  seed({ arn, targetGroupArns }: { arn?: string | undefined; targetGroupArns: readonly string[] }): void {
    if (arn !== undefined) seedListener(this.#state, arn);
    for (const group of targetGroupArns) seedTargetGroup(this.#state, group);
  }
}
