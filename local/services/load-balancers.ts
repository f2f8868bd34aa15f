import { AwsFault } from "../aws-fault.ts";
import type { DescribeClient } from "./load-balancers/actions.ts";
import { balancerOperations } from "./load-balancers/balancers.ts";
import { listenerOperations, seedListener } from "./load-balancers/listeners.ts";
import type { Operations } from "./load-balancers/operation.ts";
import { ruleOperations } from "./load-balancers/rules.ts";
import { LoadBalancerState } from "./load-balancers/state.ts";
import { tagOperations } from "./load-balancers/tags.ts";
import { seedTargetGroup, targetGroupOperations } from "./load-balancers/target-groups.ts";
import type { ServiceWorld } from "./regional.ts";

const operations: Operations = {
  ...balancerOperations,
  ...listenerOperations,
  ...ruleOperations,
  ...targetGroupOperations,
  ...tagOperations,
};

/** Application load balancers of one account and Region: what is configured, not the traffic. */
export class LoadBalancers {
  readonly #state: LoadBalancerState;
  readonly #describeClient: DescribeClient;

  constructor(world: ServiceWorld, describeClient: DescribeClient) {
    this.#state = new LoadBalancerState(world);
    this.#describeClient = describeClient;
  }

  /** Resolves with the operation's result, or throws an AwsFault. */
  async handle(name: string, input: unknown): Promise<object> {
    const run = operations[name];
    if (run === undefined) {
      throw new AwsFault("InvalidAction", `The local load balancers do not answer ${name}.`, { status: 501 });
    }
    return run({ state: this.#state, describeClient: this.#describeClient }, input);
  }

  /** A listener that other people made, and the target groups that rules on it forward to. */
  seed({ arn, targetGroupArns }: { arn?: string | undefined; targetGroupArns: readonly string[] }): void {
    if (arn !== undefined) seedListener(this.#state, arn);
    for (const group of targetGroupArns) seedTargetGroup(this.#state, group);
  }
}
