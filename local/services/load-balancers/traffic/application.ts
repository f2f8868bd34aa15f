import type { WebAnswer, WebRequest } from "../../../web-exchange.ts";

/**
 * What stands behind a rule that forwards: it gets the request as the load balancer passes it on, with the headers
 * about whoever has signed in.
 */
export type Application = (
  request: WebRequest,
  seen: { targetGroupArn: string | undefined; user: string | null },
) => WebAnswer | Promise<WebAnswer>;

/** The application where nobody brings one: it says who its user is, and what the load balancer told it of them. */
export const sayWhoIsThere: Application = ({ headers }, seen) => {
  const told = Object.entries(headers).filter(([name]) => name.startsWith("x-amzn-oidc-"));
  const body = { ...seen, ...(told.length > 0 && { headers: Object.fromEntries(told) }) };
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
};
