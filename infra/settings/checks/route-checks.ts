import { CALLBACK_PATH, type ClientSettings } from "../clients.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";
import { CONDITION_VALUES_PER_RULE, PRIORITIES_PER_SLOT, type RuleSettings } from "../routes.ts";
import { isPathInPattern, isSameRequestPossible } from "./rule-matching.ts";

/** Which kinds of client a rule can ask about. */
const CLIENT_KINDS: Partial<Record<RuleSettings["then"], readonly ClientSettings["kind"][]>> = {
  "sign-in": ["alb"],
  "verify-token": ["machine", "server"],
};

export const ruleClientsFit = needing(["routes", "clients"], ({ routes, clients }) =>
  (routes?.rules ?? []).flatMap((rule, place): Fault[] => {
    if (rule.client === undefined) return [];
    const path = rulePath(place, "client");
    const client = clients.find(({ name }) => name === rule.client);
    if (client === undefined) {
      return [
        { path, message: `is ${rule.client}, but sekisho:clients has no client of that name; add it there` },
      ];
    }
    const kinds = CLIENT_KINDS[rule.then] ?? [];
    if (kinds.includes(client.kind)) return [];
    const setting = settingPath("sekisho:clients", client.name, "kind");
    const message = `is ${client.name}, but ${setting} is ${client.kind}; then: ${rule.then} takes ${kinds.join(" or ")}`;
    return [{ path, message }];
  }),
);

/** A token has no scope that its client was not given. */
export const ruleScopesFit = needing(["routes", "clients"], ({ routes, clients }) =>
  (routes?.rules ?? []).flatMap((rule, place): Fault[] => {
    const kinds = CLIENT_KINDS[rule.then] ?? [];
    const client = clients.find(({ name, kind }) => name === rule.client && kinds.includes(kind));
    if (rule.scope === undefined || client === undefined || client.scopes.includes(rule.scope)) return [];
    const setting = settingPath("sekisho:clients", client.name, "scopes");
    const message = `is ${rule.scope}, which ${setting} lacks, so no token would do; add it there or take it out here`;
    return [{ path: rulePath(place, "scope"), message }];
  }),
);

/** Other applications live on a listener that is not ours: our rules may only concern our hosts. */
export const sharedListenerNamesHosts = needing(["routes"], ({ routes }) =>
  routes?.listener.kind === "existing"
    ? routes.rules.flatMap((rule, place): Fault[] =>
        rule.hosts.length > 0
          ? []
          : [
              {
                path: rulePath(place, "hosts"),
                message:
                  "is missing, and with sekisho:routes.listenerArn other applications live on this listener; name the hosts the rule is for",
              },
            ],
      )
    : [],
);

/** The final 403 covers our hosts in one slot. */
export const hostsFitFinalDeny = needing(["routes"], ({ routes }) => {
  const hosts = new Set(routes?.rules.flatMap((rule) => rule.hosts));
  const most = CONDITION_VALUES_PER_RULE * PRIORITIES_PER_SLOT;
  if (routes?.listener.kind !== "existing" || hosts.size <= most) return [];
  const message = `name ${hosts.size} hosts together, and the 403 that closes them holds ${most}; use a second stack`;
  return [{ path: "sekisho:routes.rules", message }];
});

/** After sign-in Cognito sends the browser only to addresses the client has. */
export const signInHostsAreClients = needing(["routes", "clients"], ({ routes, clients }) =>
  (routes?.rules ?? []).flatMap((rule, place): Fault[] => {
    const client = clients.find(({ name, kind }) => name === rule.client && kind === "alb");
    if (rule.then !== "sign-in" || client === undefined) return [];
    const setting = settingPath("sekisho:clients", client.name, "hosts");
    if (rule.hosts.length === 0 && routes?.listener.kind !== "existing") {
      const message = `is missing; a rule that signs in names its hosts, out of ${setting}`;
      return [{ path: rulePath(place, "hosts"), message }];
    }
    return rule.hosts.flatMap((host, index): Fault[] =>
      client.hosts.includes(host)
        ? []
        : [
            {
              path: rulePath(place, "hosts", index),
              message: `is ${host}, which ${setting} lacks; add it there`,
            },
          ],
    );
  }),
);

export const signInHasPage = needing(["routes", "signInPage"], ({ routes, signInPage }) =>
  (routes?.rules ?? []).flatMap((rule, place): Fault[] =>
    rule.then !== "sign-in" || signInPage !== undefined
      ? []
      : [
          {
            path: rulePath(place, "then"),
            message: "is sign-in, but there is no page to sign in on; add sekisho:signInPage",
          },
        ],
  ),
);

/** The load balancer answers the way back from sign-in itself; a rule on that path must not take it away. */
export const callbackIsFree = needing(["routes"], ({ routes }) => {
  const signIns = (routes?.rules ?? []).filter(({ then }) => then === "sign-in");
  return (routes?.rules ?? []).flatMap((rule, place) =>
    rule.paths.flatMap((pattern, index): Fault[] => {
      if (pattern === "/*" || !isPathInPattern(CALLBACK_PATH, pattern)) return [];
      const victim = signIns.find((signIn) => isSameRequestPossible(rule.hosts, signIn.hosts));
      if (victim === undefined) return [];
      const message = `covers ${CALLBACK_PATH}, where the load balancer finishes the sign-in of rule ${victim.name}; narrow the pattern`;
      return [{ path: rulePath(place, "paths", index), message }];
    }),
  );
});

function rulePath(place: number, ...keys: (string | number)[]): string {
  return settingPath("sekisho:routes", "rules", place, ...keys);
}
