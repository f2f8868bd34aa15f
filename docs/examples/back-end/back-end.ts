import { createServer, type Server } from "node:http";
import { type CheckVisitor, Refusal, type Visitor } from "./visitors.ts";

/**
 * A back end that answers nobody whom it cannot prove. Whoever was signed out loses the load balancer's cookies as well,
 * or its session would bring the refused token back until that ends: the next request leads to the sign-in page. The
 * program names them `sekisho-<stack>-<client>`, with `_2` behind the client's name for its generation 2, and `-oidc` at the
 * end where a rule has `authenticate: oidc`; during a swap of clients there are two.
 */
export function createBackEnd(check: CheckVisitor, sessionCookies: readonly string[]): Server {
  return createServer((request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : value,
      ]),
    );
    check(headers).then(
      (visitor) => response.end(greet(visitor)),
      (error: unknown) => {
        const status = error instanceof Refusal ? error.status : 503;
        if (status === 401) response.setHeader("set-cookie", sessionCookies.flatMap(cookiesToForget));
        response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
        response.end(status === 401 ? "Please sign in again.\n" : "Please try again in a moment.\n");
      },
    );
  });
}

function greet({ claims, sub }: Visitor): string {
  return `Hello, ${claims.email ?? sub}\n`;
}

// A session longer than a cookie has up to four (Application Load Balancers, Authenticate users, Authentication logout).
function cookiesToForget(name: string): string[] {
  return [0, 1, 2, 3].map((place) => `${name}-${place}=; Max-Age=0; Path=/; Secure; HttpOnly`);
}
