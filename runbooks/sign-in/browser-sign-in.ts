import { createHash, timingSafeEqual } from "node:crypto";

/** What begins a sign-in in a browser: where it goes, and what only this run knows (RFC 7636, RFC 6749, OpenID Connect). */
export interface BrowserSignIn {
  /** The address to open. */
  address: string;
  /** What the browser has to bring back, so that nobody else's sign-in is taken. */
  state: string;
  /** What the ID token has to carry, so that none of another sign-in is taken. */
  nonce: string;
  /** What is shown with the code: whoever stole that cannot use it. */
  verifier: string;
}

export interface BrowserPlace {
  /** Host of the sign-in pages. */
  host: string;
  callbackUrl: string;
  clientId: string;
}

/** Authorization code flow with PKCE (Developer Guide, "Authorize endpoint", "Using PKCE in authorization code grants"). */
export function planBrowserSignIn(
  { host, callbackUrl, clientId }: BrowserPlace,
  randomBytes: (length: number) => Buffer,
): BrowserSignIn {
  const [state, nonce, verifier] = [drawText(randomBytes), drawText(randomBytes), drawText(randomBytes)];
  const query = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: callbackUrl,
    state,
    nonce,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  return { address: `https://${host}/oauth2/authorize?${query}`, state, nonce, verifier };
}

/** A request that came to the loopback address, as far as it counts. */
export interface LoopbackRequest {
  method: string;
  /** Path and query. */
  url: string;
  host: string | undefined;
}

export type LoopbackVerdict =
  | { kind: "code"; code: string }
  /** The sign-in pages refused: by one of their words. */
  | { kind: "refused"; error: string }
  /** Nothing of this sign-in: answered with this status, and waited on. */
  | { kind: "stranger"; status: 400 | 404 | 405 };

/**
 * What a request to the loopback address is. Only one with this run's state counts: other programs and pages of this
 * machine may send any other.
 */
export function judgeLoopback(
  { method, url, host }: LoopbackRequest,
  { callbackUrl, state }: { callbackUrl: string; state: string },
): LoopbackVerdict {
  const callback = new URL(callbackUrl);
  // A page elsewhere could have a name that leads here.
  if (host !== callback.host && host !== `127.0.0.1:${callback.port}`)
    return { kind: "stranger", status: 400 };
  // Any page can send what is no address, such as "//[".
  const asked = URL.parse(url, callback.href);
  if (asked === null) return { kind: "stranger", status: 400 };
  if (asked.pathname !== callback.pathname) return { kind: "stranger", status: 404 };
  if (method !== "GET") return { kind: "stranger", status: 405 };
  const read = (name: string) => asked.searchParams.get(name) ?? "";
  if (!isSame(read("state"), state)) return { kind: "stranger", status: 400 };
  const error = read("error");
  if (error !== "") return { kind: "refused", error: /^[a-z_]{1,40}$/.test(error) ? error : "unknown" };
  const code = read("code");
  return code === "" ? { kind: "stranger", status: 400 } : { kind: "code", code };
}

/** The page that stands in the browser at the end. */
export function endPage(isSignedIn: boolean): string {
  const [japanese, english] = isSignedIn
    ? [
        "サインインしました。このウィンドウを閉じて、ターミナルに戻ってください。",
        "You are signed in. Close this window and go back to the terminal.",
      ]
    : [
        "サインインできませんでした。このウィンドウを閉じて、ターミナルの説明をご覧ください。",
        "You are not signed in. Close this window and see what the terminal says.",
      ];
  return [
    '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>Sekisho</title>',
    '<meta name="viewport" content="width=device-width"></head>',
    `<body style="font-family:sans-serif;margin:3rem"><h1 style="font-size:1.2rem">${japanese}</h1>`,
    `<p lang="en">${english}</p></body></html>`,
  ].join("");
}

/** 43 characters of Base64, as many as PKCE asks for at least. */
function drawText(randomBytes: (length: number) => Buffer): string {
  return randomBytes(32).toString("base64url");
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
