import { usesSignInPage } from "../../clients/app-client-inputs.ts";
import { listPageSources } from "../../guard/guard-lists.ts";
import { isPrivateNetwork } from "../../routes/private-networks.ts";
import { needing } from "../cross-check.ts";
import type { Fault } from "../fault.ts";

/** A list that nobody is on, or nobody from the internet, would lock everybody out of the pages. */
export const guardedPagesAreReachable = needing(
  ["guard", "routes", "clients", "signInPage"],
  ({ guard, routes, clients, signInPage }): Fault[] => {
    if (!guard || !signInPage || !clients.some(usesSignInPage)) return [];
    const list = listPageSources({ guard, ...(routes && { routes }) });
    if (list === "everybody" || list.some((network) => !isPrivateNetwork(network))) return [];
    const message =
      list.length === 0
        ? "is empty, and no rule of sekisho:routes signs people in, so nobody could open the sign-in page; name the networks that may, or spell allowAnywhere: [pages]"
        : `and the rules of sekisho:routes that sign people in name private networks only (${list.join(", ")}); the sign-in page is on the internet and sees public addresses: add those that people come from`;
    return [{ path: "sekisho:guard.pageCidrs", message }];
  },
);

export const guardedLoadBalancerExists = needing(["guard", "routes"], ({ guard, routes }): Fault[] => {
  const mode = guard?.loadBalancer ?? "off";
  if (mode === "off" || routes) return [];
  const message = `is ${mode}, but there is no load balancer; add sekisho:routes, or take the setting out`;
  return [{ path: "sekisho:guard.loadBalancer", message }];
});
