import { isDeepStrictEqual } from "node:util";
import {
  type Action,
  DescribeListenersCommand,
  DescribeRulesCommand,
  type Listener,
  ModifyListenerCommand,
  ModifyRuleCommand,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { foreignAnswer } from "../runtime/aws-errors.ts";
import { IntegrityError } from "../runtime/errors.ts";
import { type ClientIdentity, type ClientUse, carriesSecret } from "./client-uses.ts";
import type { LoadBalancerSource } from "./load-balancer-reader.ts";

/** Rules that sign people in with a secret they were given. */
export interface ListenerRules {
  /**
   * Writes one rule or default action again with this secret and everything else as it is (Elastic Load Balancing API
   * Reference, ModifyRule and ModifyListener). False = it does not carry the client any more. Throws IntegrityError where
   * anything else of it changed at that moment.
   */
  write: (use: ClientUse, secret: string) => Promise<boolean>;
}

export function openListenerRules(
  source: LoadBalancerSource & { identity: ClientIdentity; mayWrite: () => void },
): ListenerRules {
  return {
    write: (use, secret) =>
      use.ruleArn === undefined
        ? writeDefault(source, use, secret)
        : writeRule(source, use, use.ruleArn, secret),
  };
}

type RulesSource = Parameters<typeof openListenerRules>[0];

async function writeRule(
  source: RulesSource,
  use: ClientUse,
  ruleArn: string,
  secret: string,
): Promise<boolean> {
  const { client, call, identity, mayWrite } = source;
  const read = `DescribeRules ${ruleArn}`;
  const { Rules } = await call(read, (abortSignal) =>
    client.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }), { abortSignal }),
  );
  const before = Rules?.[0];
  if (before?.Actions === undefined) throw foreignAnswer(read);
  if (!before.Actions.some((action) => carriesSecret(action, identity))) return false;

  const write = `ModifyRule ${ruleArn}`;
  const Actions = withSecret(before.Actions, identity, secret);
  mayWrite();
  const answer = await call(
    write,
    (abortSignal) => client.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions }), { abortSignal }),
    [secret],
  );
  const after = answer.Rules?.[0];
  if (after === undefined) throw foreignAnswer(write);
  refuseOther(use, before, after);
  return true;
}

async function writeDefault(source: RulesSource, use: ClientUse, secret: string): Promise<boolean> {
  const { client, call, identity, mayWrite } = source;
  const { listenerArn } = use;
  const read = `DescribeListeners ${listenerArn}`;
  const { Listeners } = await call(read, (abortSignal) =>
    client.send(new DescribeListenersCommand({ ListenerArns: [listenerArn] }), { abortSignal }),
  );
  const before = Listeners?.[0];
  if (before?.DefaultActions === undefined) throw foreignAnswer(read);
  if (!before.DefaultActions.some((action) => carriesSecret(action, identity))) return false;

  const write = `ModifyListener ${listenerArn}`;
  const DefaultActions = withSecret(before.DefaultActions, identity, secret);
  mayWrite();
  const answer = await call(
    write,
    (abortSignal) =>
      client.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions }), { abortSignal }),
    [secret],
  );
  const after = answer.Listeners?.[0];
  if (after === undefined) throw foreignAnswer(write);
  refuseOther(use, before, after);
  return true;
}

/** The same actions, of which those with the client's secret are given this one. AWS never shows the one they have. */
export function withSecret(actions: readonly Action[], identity: ClientIdentity, secret: string): Action[] {
  return actions.map((action) => {
    const { AuthenticateOidcConfig: config } = action;
    if (config === undefined || !carriesSecret(action, identity)) return action;
    const { UseExistingClientSecret: _, ...kept } = config;
    return { ...action, AuthenticateOidcConfig: { ...kept, ClientSecret: secret } };
  });
}

function refuseOther(use: ClientUse, before: Rule | Listener, after: Rule | Listener): void {
  if (isDeepStrictEqual(before, after)) return;
  throw new IntegrityError(`${use.where} is not as it was before its secret was written again.`, {
    remedy: "Somebody changes it at the same time; compare it with the last deployment, then run it again.",
  });
}
