import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { IntegrityError } from "../../runbooks/runtime/errors.ts";

export interface BrowserOptions {
  /** The local AWS, which serves every host of the web. */
  endpoint: string;
  /** The address that the load balancer sees. */
  sourceIp: string;
  /** The listener that is meant, where hosts alone would not tell. */
  listenerArn?: string | undefined;
  /** Connections of another browser, to use them too. */
  agent?: Agent;
  /** By host. */
  cookies?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** What stands in the window after the last redirect. */
export interface Page {
  url: URL;
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/**
 * A browser as far as signing in needs one: cookies by host, redirects, forms. All hosts are looked for at the local
 * AWS, over plain HTTP.
 */
export class Browser {
  readonly #options: BrowserOptions;
  readonly #agent: Agent;
  readonly #cookies: Map<string, Map<string, string>>;

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.#agent = options.agent ?? new Agent({ keepAlive: true });
    this.#cookies = new Map([...(options.cookies ?? [])].map(([host, kept]) => [host, new Map(kept)]));
  }

  /** Another browser that has only this host's cookies, as of somebody who comes back to everything else afresh. */
  withCookiesOf(host: string): Browser {
    const cookies = new Map([[host, this.#cookies.get(host) ?? new Map()]]);
    return new Browser({ ...this.#options, agent: this.#agent, cookies });
  }

  /** Goes to an address and on to wherever it redirects. */
  open(address: string): Promise<Page> {
    return this.#follow("GET", new URL(address));
  }

  /** Fills in the form of a page and sends it; what is hidden in it goes along. */
  submit(page: Page, values: Readonly<Record<string, string>>): Promise<Page> {
    const { action, fields } = readForm(page);
    return this.#follow("POST", action, new URLSearchParams({ ...fields, ...values }).toString());
  }

  /** Ends the connections, those of browsers that were made of this one too. */
  close(): void {
    this.#agent.destroy();
  }

  async #follow(method: "GET" | "POST", address: URL, form?: string): Promise<Page> {
    let page = await this.#send(method, address, form);
    for (let hops = 0; isRedirect(page); hops++) {
      if (hops === MOST_REDIRECTS) throw new IntegrityError(`${address.host} redirects without end.`);
      page = await this.#send("GET", new URL(String(page.headers.location), page.url));
    }
    return page;
  }

  async #send(method: "GET" | "POST", url: URL, form?: string): Promise<Page> {
    const { endpoint, sourceIp, listenerArn } = this.#options;
    const { hostname, port } = new URL(endpoint);
    const cookies = [...(this.#cookies.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`);
    const headers = {
      host: url.host,
      "x-sekisho-source-ip": sourceIp,
      ...(listenerArn !== undefined && { "x-sekisho-listener": listenerArn }),
      ...(cookies.length > 0 && { cookie: cookies.join("; ") }),
      ...(form !== undefined && {
        "content-type": "application/x-www-form-urlencoded",
        "content-length": String(Buffer.byteLength(form)),
      }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const path = `${url.pathname}${url.search}`;
      const sent = request({ hostname, port, method, path, headers, agent: this.#agent }, resolve);
      sent.once("error", reject);
      sent.setTimeout(ANSWER_MS, () => sent.destroy(new Error(`${url.host} does not answer`)));
      sent.end(form);
    });
    const body = await text(answer);
    this.#keepCookies(url.host, answer.headers["set-cookie"] ?? []);
    return { url, status: answer.statusCode ?? 0, headers: answer.headers, body };
  }

  #keepCookies(host: string, lines: readonly string[]): void {
    const kept = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, kept);
    for (const line of lines) {
      const [pair = "", ...attributes] = line.split(";");
      const name = pair.slice(0, pair.indexOf("=")).trim();
      if (attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute))) kept.delete(name);
      else kept.set(name, pair.slice(pair.indexOf("=") + 1).trim());
    }
  }
}

/** Whether a page has a form that asks for this. */
export function asksFor(page: Page, field: string): boolean {
  return /<form\b/.test(page.body) && field in readForm(page).fields;
}

/** More than a sign-in ever takes. */
const MOST_REDIRECTS = 10;

const ANSWER_MS = 30_000;

function isRedirect({ status, headers }: Page): boolean {
  return [301, 302, 303, 307].includes(status) && headers.location !== undefined;
}

/** Where the one form of a page goes, and what its fields hold already. */
function readForm({ url, body }: Page): { action: URL; fields: Record<string, string> } {
  const form = /<form\b([^>]*)>(.*?)<\/form>/s.exec(body);
  if (form === null) throw new IntegrityError(`${url.host}${url.pathname} shows no form.`);
  const [, attributes = "", inside = ""] = form;
  const inputs = [...inside.matchAll(/<input\b([^>]*)>/g)].map(([, input = ""]) => input);
  const fields = inputs.flatMap((input): [string, string][] => {
    const name = readAttribute(input, "name");
    return name === undefined ? [] : [[name, readAttribute(input, "value") ?? ""]];
  });
  return {
    action: new URL(readAttribute(attributes, "action") ?? url.href, url),
    fields: Object.fromEntries(fields),
  };
}

function readAttribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replaceAll(/&(amp|quot|lt|gt|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&quot;": '"',
  "&lt;": "<",
  "&gt;": ">",
  "&#39;": "'",
};
