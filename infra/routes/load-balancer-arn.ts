/** The load balancer that a listener belongs to (Elastic Load Balancing API reference, Listener). */
export function loadBalancerArnOf(listenerArn: string): string {
  return listenerArn.replace(":listener/", ":loadbalancer/").replace(/\/[0-9a-f]+$/, "");
}
