import { isIpv6, sourcesOf } from "../../routes/source-firewall.ts";
import type { CrossCheck } from "../cross-check.ts";

/** Rules of one security group, counted for each family (Amazon VPC User Guide, Amazon VPC quotas). */
const RULES_PER_GROUP = 60;
/** Each network connects on the HTTP and on the HTTPS port. */
const RULES_PER_NETWORK = 2;

/** Whoever connects to a load balancer of our own stands in its security group, which holds so many. */
export const firewallFitsQuota: CrossCheck = ({ routes }) => {
  if (routes?.listener.kind !== "create") return [];
  const sources = sourcesOf(routes.rules);
  return [false, true].flatMap((isForIpv6) => {
    const count = sources.filter((source) => isIpv6(source) === isForIpv6).length;
    const rules = count * RULES_PER_NETWORK;
    if (rules <= RULES_PER_GROUP) return [];
    const family = isForIpv6 ? "IPv6" : "IPv4";
    const message = `name ${count} ${family} networks that may connect, which become ${rules} rules of the load balancer's security group, and AWS takes ${RULES_PER_GROUP} until the quota is raised (Service Quotas, Amazon VPC, Inbound or outbound rules per security group); raise it first, or name wider networks`;
    return [{ path: "sekisho:routes.rules", message }];
  });
};
