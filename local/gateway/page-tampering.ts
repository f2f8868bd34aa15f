import type { FaultKind, FaultOccasion } from "../faults.ts";

/** Under which names a list operation keeps its items and its token. */
interface PageShape {
  items: string;
  token: string;
}

const PAGES: Readonly<Record<string, PageShape>> = {
  ListUsers: { items: "Users", token: "PaginationToken" },
  ListUsersInGroup: { items: "Users", token: "NextToken" },
  ListGroups: { items: "Groups", token: "NextToken" },
  AdminListGroupsForUser: { items: "Groups", token: "NextToken" },
  ListUserPoolClients: { items: "UserPoolClients", token: "NextToken" },
  ListResourceServers: { items: "ResourceServers", token: "NextToken" },
  ListIdentityProviders: { items: "Providers", token: "NextToken" },
};

type Fields = Record<string, unknown>;

/**
 * Breaks pages of users, groups and what else a pool lists. Faults that add a page (duplicate, empty, short) lose nothing: a token of the
 * gateway's own leads back to what was withheld, so a reader that goes on to the end still gets everything. After those that end a list
 * too early, only a reader that asks for the last page again does.
 */
export class PageTampering {
  readonly #createToken: () => string;
  /** Tokens of our own, and what they stand for. */
  readonly #aliases = new Map<string, { token: string | undefined; skip: number }>();
  /** By token: the token of the request that gave it out. */
  readonly #earlier = new Map<string, string>();

  constructor(createToken: () => string) {
    this.#createToken = createToken;
  }

  /** What a fault rule has to know about the request; undefined when it asks for no page. */
  lookAt(operation: string, input: unknown): FaultOccasion["page"] {
    const shape = PAGES[operation];
    if (shape === undefined) return undefined;
    const token = tokenOf(shape, input);
    return {
      hasToken: token !== undefined,
      hasEarlierToken: token !== undefined && this.#earlier.has(token),
    };
  }

  /** Reads one page through `read`, which gets the input with the service's own token, and breaks it as `kind` says. */
  async read(
    operation: string,
    input: unknown,
    kind: FaultKind | undefined,
    read: (input: unknown) => Promise<unknown>,
  ): Promise<unknown> {
    const shape = PAGES[operation];
    if (shape === undefined) return read(input);
    const sent = tokenOf(shape, input);
    const { token, skip } = this.#resolve(sent);
    const output = await read(sent === token ? input : withToken(shape, input, token));
    if (!isFields(output)) return output;
    const page = skip === 0 ? output : { ...output, [shape.items]: itemsOf(shape, output).slice(skip) };
    const broken = this.#break(shape, page, kind, { sent, token, skip });
    this.#remember(sent, tokenOf(shape, broken));
    return broken;
  }

  #resolve(sent: string | undefined): { token: string | undefined; skip: number } {
    return (sent === undefined ? undefined : this.#aliases.get(sent)) ?? { token: sent, skip: 0 };
  }

  #break(
    shape: PageShape,
    page: Fields,
    kind: FaultKind | undefined,
    asked: { sent: string | undefined; token: string | undefined; skip: number },
  ): Fields {
    const items = itemsOf(shape, page);
    switch (kind) {
      case "duplicate-page":
        return { ...page, [shape.token]: this.#alias(asked.token, asked.skip) };
      case "empty-page":
        return { ...page, [shape.items]: [], [shape.token]: this.#alias(asked.token, asked.skip) };
      case "short-page": {
        const half = Math.floor(items.length / 2);
        const rest = this.#alias(asked.token, asked.skip + half);
        return { ...page, [shape.items]: items.slice(0, half), [shape.token]: rest };
      }
      case "reordered-page":
        return { ...page, [shape.items]: items.toReversed() };
      case "repeated-token":
        return { ...page, [shape.token]: asked.sent };
      case "cyclic-tokens":
        return { ...page, [shape.token]: this.#earlier.get(asked.sent ?? "") };
      case "missing-users-array":
        return without(shape.items, page);
      case "lost-token":
        return without(shape.token, page);
      case "empty-end":
        return { ...without(shape.token, page), [shape.items]: [] };
      default:
        return page;
    }
  }

  #alias(token: string | undefined, skip: number): string {
    const alias = this.#createToken();
    this.#aliases.set(alias, { token, skip });
    return alias;
  }

  #remember(sent: string | undefined, given: string | undefined): void {
    if (sent === undefined || given === undefined) return;
    if (this.#earlier.size >= MOST_REMEMBERED) this.#earlier.clear();
    this.#earlier.set(given, sent);
  }
}

/** Enough for any list a test reads; the memory of a long run stays small. */
const MOST_REMEMBERED = 20_000;

function tokenOf(shape: PageShape, fields: unknown): string | undefined {
  const token = isFields(fields) ? fields[shape.token] : undefined;
  return typeof token === "string" ? token : undefined;
}

function withToken(shape: PageShape, input: unknown, token: string | undefined): Fields {
  const fields = isFields(input) ? input : {};
  const others = without(shape.token, fields);
  return token === undefined ? others : { ...others, [shape.token]: token };
}

function without(name: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
}

function itemsOf(shape: PageShape, fields: Fields): unknown[] {
  const items = fields[shape.items];
  return Array.isArray(items) ? items : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
