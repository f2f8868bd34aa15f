import * as aws from "@pulumi/aws";
import { type AccountFindings, notChecked } from "../deployment/account-findings.ts";
import { failureText } from "../failure-text.ts";
import { loadBalancerArnOf } from "../routes/load-balancer-arn.ts";
import type { Settings } from "../settings.ts";
import { loadBalancerGuard } from "./guard-lists.ts";
import { webAclName } from "./web-acl-name.ts";

export interface WebAclReader {
  getWebAcl(args: { resourceArn: string; scope: string }): Promise<{ arn: string }>;
}

const PATH = "sekisho:guard.loadBalancer";
const NONE: AccountFindings = { faults: [], warnings: [] };

/**
 * Whether a load balancer that others made has a web ACL already: it has room for one, and AWS would put ours in its
 * place without a word. Asks nothing where the guard leaves the load balancer alone, or the stack makes it.
 */
export async function checkWebAcl(
  { stack, guard, routes }: Pick<Settings, "stack" | "guard" | "routes">,
  reader: WebAclReader = aws.wafv2,
): Promise<AccountFindings> {
  if (!guard || routes?.listener.kind !== "existing") return NONE;
  const mode = loadBalancerGuard({ guard, routes });
  if (mode === "off") return NONE;
  const resourceArn = loadBalancerArnOf(routes.listener.arn);
  try {
    const found = await unlessMissing(reader.getWebAcl({ resourceArn, scope: "REGIONAL" }));
    return judgeWebAcl({ stack, mode }, found?.arn);
  } catch (failure) {
    const what = `is ${mode}, and whether another web ACL stands before the load balancer, whose place ours would take, could not be checked`;
    return notChecked(PATH, what, { failure, rights: ["wafv2:GetWebACLForResource", "wafv2:GetWebACL"] });
  }
}

/** Refuses to take the place of a web ACL that is not this stack's. */
export function judgeWebAcl(
  { stack, mode }: { stack: string; mode: string },
  found: string | undefined,
): AccountFindings {
  const ours = `/webacl/${webAclName(stack, "load-balancer")}/`;
  if (found === undefined || found.includes(ours)) return NONE;
  const message = `is ${mode}, but ${found} of somebody else stands before the load balancer already, and it has room for one; set it to off, or have that one taken away first`;
  return { faults: [{ path: PATH, message }], warnings: [] };
}

// The engine hands a provider's failure on as text only; these are the provider's words for "there is none".
async function unlessMissing<Found>(answer: Promise<Found>): Promise<Found | undefined> {
  try {
    return await answer;
  } catch (failure) {
    if (/\bWAFv2 WebACL not found for resource_arn\b/.test(failureText(failure))) return undefined;
    throw failure;
  }
}
