import { createServer, request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { endPage, judgeLoopback, planBrowserSignIn } from "../../../runbooks/sign-in/browser-sign-in.ts";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import { type CommandLineWorld, openCommandLine } from "../../support/sign-in-command.ts";
import { HOST } from "../../support/sign-in-pages.ts";
import { EMAIL, PASSWORD } from "../../support/sign-in-world.ts";
import type { TestHostValues } from "../../support/test-host.ts";

const worlds: CommandLineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

async function open(client: object = {}) {
  const port = await freePort();
  const callbackUrl = `http://localhost:${port}/`;
  const world = await openCommandLine({
    client: {
      SupportedIdentityProviders: ["COGNITO"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
      CallbackURLs: [callbackUrl],
      ...client,
    },
    file: { browser: { host: HOST, callbackUrl } },
  });
  await world.admin("CreateUserPoolDomain", { Domain: "example-login" });
  worlds.push(world);
  return { world, port };
}

async function freePort(port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Signs in on the pages, and says where they send the browser back to. */
async function signInOnPages({ model }: CommandLineWorld, address: string): Promise<URL> {
  const ask = (method: string, path: string, body = "") =>
    model.answerWeb({
      method,
      host: HOST,
      path,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
  const { pathname, search } = new URL(address);
  const login = new URL(String((await ask("GET", `${pathname}${search}`)).headers.location));
  const form = new URLSearchParams({ username: EMAIL, password: PASSWORD }).toString();
  const done = await ask("POST", `${login.pathname}${login.search}`, form);
  return new URL(String(done.headers.location));
}

/** One request of a browser of this machine. */
function visit(
  url: URL | string,
  headers: Record<string, string> = {},
  hostname = "127.0.0.1",
): Promise<{ status: number; body: string }> {
  const { port, pathname, search, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path: `${pathname}${search}`, headers: { host, ...headers } },
      async (message) => resolve({ status: message.statusCode ?? 0, body: await text(message) }),
    );
    asked.on("error", reject);
    asked.end();
  });
}

async function logIn(world: CommandLineWorld, host: TestHostValues) {
  const done = await world.run(loginVerb, ["--browser"], host);
  return { code: done.exitCode(), lines: done.errors().trimEnd().split("\n"), out: done.out() };
}

describe("login --browser", () => {
  test("sends the person to the sign-in pages, and keeps the session they come back with", async () => {
    const { world } = await open();
    const pages: { status: number; body: string }[] = [];
    let address = "";
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        address = opened;
        pages.push(await visit(await signInOnPages(world, opened)));
      },
    });
    expect([ended.code, ended.out]).toEqual([0, `Signed in to dev as ${EMAIL}.\n`]);
    expect(ended.lines).toEqual(["Sign in in the browser. If none opens, open this address:", address]);
    expect(pages).toEqual([{ status: 200, body: endPage(true) }]);
    expect(await world.session()).toMatchObject({ username: EMAIL });
    const sent = world.sent();
    expect(sent).not.toMatch(/^authorization:/im);
    expect(sent).not.toContain("client_secret");
  });

  test("waits on where somebody else's requests come first", async () => {
    const { world, port } = await open();
    const statuses: number[] = [];
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        const back = await signInOnPages(world, opened);
        const stranger = new URL(back);
        stranger.searchParams.set("state", "x".repeat(43));
        for (const url of [
          stranger,
          `http://localhost:${port}/?code=x`,
          `http://localhost:${port}/favicon.ico`,
        ]) {
          statuses.push((await visit(url)).status);
        }
        statuses.push((await visit(back, { host: "evil.example.com" })).status);
        statuses.push((await visit(back)).status);
      },
    });
    expect([ended.code, statuses]).toEqual([0, [400, 400, 404, 400, 200]]);
  });

  test("is not ended by a request that is no address, which any web page can send", async () => {
    const { world, port } = await open();
    let status = "";
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        const socket = connect(port, "127.0.0.1");
        socket.end(`GET //[ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`);
        status = (await text(socket)).split("\r\n")[0] ?? "";
        await visit(await signInOnPages(world, opened));
      },
    });
    expect([ended.code, status]).toEqual([0, "HTTP/1.1 400 Bad Request"]);
  });

  test("ends every connection with the sign-in, those too that a browser opened and never used", async () => {
    const { world, port } = await open();
    let page = "";
    let idle = Promise.resolve("");
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        const socket = connect(port, "127.0.0.1");
        onTestFinished(() => void socket.destroy());
        await new Promise((resolve) => socket.once("connect", resolve));
        idle = text(socket);
        page = (await visit(await signInOnPages(world, opened))).body;
      },
    });
    expect([ended.code, page]).toEqual([0, endPage(true)]);
    expect(await idle).toBe("");
  });

  // Where a machine has no IPv6, no browser can come that way either.
  test.skipIf(!hasIpv6)("takes the browser at either address of localhost", async () => {
    const { world } = await open();
    const statuses: number[] = [];
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        statuses.push((await visit(await signInOnPages(world, opened), {}, "::1")).status);
      },
    });
    expect([ended.code, statuses]).toEqual([0, [200]]);
  });

  test.skipIf(!hasIpv6)("ends with 2 where somebody else has the port at the other address", async () => {
    const { world, port } = await open();
    const squatter = createServer().listen({ port, host: "::1", ipv6Only: true });
    await new Promise((resolve) => squatter.once("listening", resolve));
    const ended = await logIn(world, {});
    await new Promise((resolve) => squatter.close(resolve));
    expect([ended.code, ended.lines.length, ended.lines[0]?.includes("is taken (EADDRINUSE)")]).toEqual([
      2,
      1,
      true,
    ]);
    // Nor is the first address kept.
    expect(await freePort(port)).toBe(port);
  });

  test("takes one answer only", async () => {
    const { world } = await open();
    const statuses: number[] = [];
    await logIn(world, {
      openBrowser: async (opened) => {
        const back = await signInOnPages(world, opened);
        const both = await Promise.all([visit(back), visit(back)]);
        statuses.push(...both.map(({ status }) => status));
      },
    });
    expect(statuses.toSorted()).toEqual([200, 409]);
  });

  test("ends with 14 where the sign-in page refuses, and the browser is told to look here", async () => {
    const { world } = await open();
    let page: ReturnType<typeof visit> | undefined;
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        const asked = new URL(opened).searchParams;
        const back = new URL(asked.get("redirect_uri") ?? "");
        back.search = new URLSearchParams({
          error: "access_denied",
          state: asked.get("state") ?? "",
        }).toString();
        page = visit(back);
      },
    });
    expect([ended.code, ended.lines.at(-1)]).toEqual([
      14,
      "sign-in login: The sign-in page ended the sign-in (access_denied). Try again, or ask whoever runs the stack.",
    ]);
    expect(await page).toEqual({ status: 400, body: endPage(false) });
  });

  test("ends with 12 for a code that Cognito does not take, and with 15 where it does not answer", async () => {
    for (const [fault, code] of [
      [undefined, 12],
      ["503", 15],
    ] as const) {
      const { world } = await open();
      if (fault) world.gateway.faults.add({ kind: fault, service: "sign-in" });
      const ended = await logIn(world, {
        openBrowser: async (opened) => {
          const back = await signInOnPages(world, opened);
          if (fault === undefined) back.searchParams.set("code", "made-up");
          await visit(back);
        },
      });
      expect([ended.code, ended.lines.length]).toEqual([code, 3]);
      expect(await world.session()).toBeUndefined();
    }
  });

  test("ends with 13 for tokens of another sign-in", async () => {
    const { world } = await open();
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        const other = new URL(opened);
        other.searchParams.set("nonce", "of-somebody-else");
        await visit(await signInOnPages(world, other.href));
      },
    });
    expect([ended.code, ended.lines.at(-1)]).toEqual([
      13,
      "sign-in login: The tokens belong to another sign-in than this one; they are not kept. Run it again, and tell whoever runs the stack.",
    ]);
    expect(await world.session()).toBeUndefined();
  });

  test("ends with 2 where the stack has no such way, the port is taken, or another option makes no sense", async () => {
    const without = await openCommandLine();
    worlds.push(without);
    expect(await logIn(without, {})).toMatchObject({
      code: 2,
      lines: [
        "sign-in login: Stack dev has no sign-in by browser for the command line. Run login without --browser.",
      ],
    });
    const { world, port } = await open();
    const squatter = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    expect(await logIn(world, {})).toMatchObject({
      code: 2,
      lines: [
        `sign-in login: Port ${port} of this machine, where the browser comes back to, is taken (EADDRINUSE). End what uses it, such as another login --browser, and run it again.`,
      ],
    });
    await new Promise((resolve) => squatter.close(resolve));
    const spare = await world.run(loginVerb, ["--browser", "--factor", "totp"]);
    expect(spare.exitCode()).toBe(2);
  });

  test("ends with 130 on Ctrl-C while the browser is open", async () => {
    const { world } = await open();
    let interrupt = () => {};
    const ended = await logIn(world, {
      onSignal: (listener) => {
        interrupt = () => listener("SIGINT");
        return () => {};
      },
      openBrowser: async () => interrupt(),
    });
    expect(ended.code).toBe(130);
  });

  test("goes on without a browser that could be opened: the address is there", async () => {
    const { world } = await open();
    const ended = await logIn(world, {
      openBrowser: async (opened) => {
        setImmediate(async () => visit(await signInOnPages(world, opened)));
        throw new Error("no browser");
      },
    });
    expect([ended.code, ended.lines.at(-1)]).toEqual([0, "warning: No browser could be opened."]);
  });
});

describe("what the browser is sent with", () => {
  const place = { host: HOST, callbackUrl: "http://localhost:27463/", clientId: "cli123" };

  test("names the client, the way back, and what proves that it is one's own sign-in", () => {
    let drawn = 0;
    const plan = planBrowserSignIn(place, (length) => Buffer.alloc(length, ++drawn));
    const { origin, pathname, searchParams } = new URL(plan.address);
    expect(`${origin}${pathname}`).toBe(`https://${HOST}/oauth2/authorize`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: "code",
      client_id: "cli123",
      redirect_uri: "http://localhost:27463/",
      code_challenge_method: "S256",
      state: plan.state,
      nonce: plan.nonce,
    });
    expect(plan.address).not.toContain(plan.verifier);
    expect(new Set([plan.state, plan.nonce, plan.verifier]).size).toBe(3);
    expect(plan.verifier).toMatch(/^[\w-]{43}$/);
  });

  test.each<[string, string, string, object]>([
    ["GET", "/?code=c&state=s", "localhost:27463", { kind: "code", code: "c" }],
    ["GET", "/?code=c&state=s", "127.0.0.1:27463", { kind: "code", code: "c" }],
    ["GET", "/?error=access_denied&state=s", "localhost:27463", { kind: "refused", error: "access_denied" }],
    ["GET", "/?error=%3Cscript%3E&state=s", "localhost:27463", { kind: "refused", error: "unknown" }],
    ["GET", "/?code=c&state=t", "localhost:27463", { kind: "stranger", status: 400 }],
    ["GET", "/?code=c", "localhost:27463", { kind: "stranger", status: 400 }],
    ["GET", "/?state=s", "localhost:27463", { kind: "stranger", status: 400 }],
    ["POST", "/?code=c&state=s", "localhost:27463", { kind: "stranger", status: 405 }],
    ["GET", "/other?code=c&state=s", "localhost:27463", { kind: "stranger", status: 404 }],
    ["GET", "//[", "localhost:27463", { kind: "stranger", status: 400 }],
    ["GET", "/?code=c&state=s", "evil.example.com", { kind: "stranger", status: 400 }],
  ])("%s %s at %s is %j", (method, url, host, verdict) => {
    expect(judgeLoopback({ method, url, host }, { callbackUrl: place.callbackUrl, state: "s" })).toEqual(
      verdict,
    );
  });
});
