import type { RoutesSettings } from "../settings.ts";

/**
 * What somebody has to do once before a load balancer that others made writes access logs; undefined when the
 * balancer is ours or there is none. Its attributes are not ours to set.
 */
export function accessLogStep(routes: RoutesSettings | undefined, bucket: string): string | undefined {
  if (routes?.listener.kind !== "existing") return undefined;
  const balancer = balancerOf(routes.listener.arn);
  return (
    "The load balancer is not this stack's; unless its access logs are on already, switch them on once: " +
    `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ${balancer} --attributes ` +
    `Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=${bucket}`
  );
}

/** A listener's ARN is that of its load balancer with one part more. */
function balancerOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[0-9a-f]+$/, "");
}
