import { describe, expect, test } from "vitest";
import type { FaultKind } from "../../../local/faults.ts";
import { PageTampering } from "../../../local/gateway/page-tampering.ts";

interface Page {
  Users?: number[];
  PaginationToken?: string;
}

/** Users 0…99 in pages of ten; the token is the place to go on at. */
function list(
  pages: PageTampering,
  input: { PaginationToken?: string },
  kind: FaultKind | undefined,
): Promise<Page> {
  return pages.read("ListUsers", input, kind, async (asked) => {
    const start = Number((asked as { PaginationToken?: string }).PaginationToken ?? 0);
    const Users = Array.from({ length: 10 }, (_, n) => start + n);
    return start === 90 ? { Users } : { Users, PaginationToken: String(start + 10) };
  }) as Promise<Page>;
}

/** Reads to the end, at most 30 pages, with the fault at one of them. */
async function readAll(kind: FaultKind, faultyPage: number): Promise<{ users: number[]; tokens: string[] }> {
  let count = 0;
  const pages = new PageTampering(() => `ours-${count++}`);
  const users: number[] = [];
  const tokens: string[] = [];
  let token: string | undefined;
  for (let page = 1; page <= 30; page++) {
    const answer = await list(
      pages,
      token === undefined ? {} : { PaginationToken: token },
      page === faultyPage ? kind : undefined,
    );
    users.push(...(answer.Users ?? []));
    token = answer.PaginationToken;
    if (token === undefined) break;
    tokens.push(token);
  }
  return { users, tokens };
}

const everybody = Array.from({ length: 100 }, (_, n) => n);
const isRepeated = (tokens: string[]) => new Set(tokens).size < tokens.length;

describe("Broken pages", () => {
  test.each([1, 5, 10])("an empty page before page %i loses nobody", async (page) => {
    const { users, tokens } = await readAll("empty-page", page);
    expect(users).toEqual(everybody);
    expect(tokens).toHaveLength(10);
    expect(isRepeated(tokens)).toBe(false);
  });

  test.each([
    ["lost-token", 5, 50],
    ["lost-token", 10, 100],
    ["empty-end", 5, 40],
    ["empty-end", 10, 90],
  ] as const)("after %s at page %i a list ends, with %i users of 100", async (kind, page, users) => {
    expect(await readAll(kind, page)).toMatchObject({ users: everybody.slice(0, users) });
  });

  test.each([1, 5, 10])("a short page in place of page %i loses nobody", async (page) => {
    const { users, tokens } = await readAll("short-page", page);
    expect(users).toEqual(everybody);
    expect(tokens).toHaveLength(10);
  });

  test.each([1, 5, 10])("page %i in reverse holds the same users", async (page) => {
    const { users } = await readAll("reordered-page", page);
    expect(users).not.toEqual(everybody);
    expect(users.toSorted((a, b) => a - b)).toEqual(everybody);
  });

  test.each([1, 5, 10])("page %i twice shows its users twice, and everybody else once", async (page) => {
    const { users, tokens } = await readAll("duplicate-page", page);
    expect(users).toHaveLength(110);
    expect(new Set(users).size).toBe(100);
    expect(isRepeated(tokens)).toBe(false);
  });

  test.each([2, 5, 10])("a repeated token at page %i leads back to the page itself", async (page) => {
    const { tokens } = await readAll("repeated-token", page);
    expect(tokens[page - 1]).toBe(tokens[page - 2]);
  });

  test.each([3, 5, 10])("cyclic tokens at page %i lead back to the page before", async (page) => {
    const { tokens } = await readAll("cyclic-tokens", page);
    expect(tokens[page - 1]).toBe(tokens[page - 3]);
    expect(tokens[page - 1]).not.toBe(tokens[page - 2]);
  });

  test("a page without its list has no list at all", async () => {
    const pages = new PageTampering(() => "ours");
    expect(await list(pages, {}, "missing-users-array")).toEqual({ PaginationToken: "10" });
  });

  test("halves of halves add up", async () => {
    let count = 0;
    const pages = new PageTampering(() => `ours-${count++}`);
    const first = await list(pages, {}, "short-page");
    const second = await list(pages, { PaginationToken: first.PaginationToken ?? "" }, "short-page");
    const third = await list(pages, { PaginationToken: second.PaginationToken ?? "" }, undefined);
    expect([...(first.Users ?? []), ...(second.Users ?? []), ...(third.Users ?? [])]).toEqual(
      everybody.slice(0, 10),
    );
    expect(third.PaginationToken).toBe("10");
  });

  test("knows which pages continue a list, and which of those follow another", async () => {
    const pages = new PageTampering(() => "ours");
    expect(pages.lookAt("AdminGetUser", {})).toBeUndefined();
    expect(pages.lookAt("ListUsers", {})).toEqual({ hasToken: false, hasEarlierToken: false });
    await list(pages, {}, undefined);
    expect(pages.lookAt("ListUsers", { PaginationToken: "10" })).toEqual({
      hasToken: true,
      hasEarlierToken: false,
    });
    await list(pages, { PaginationToken: "10" }, undefined);
    expect(pages.lookAt("ListUsers", { PaginationToken: "20" })).toEqual({
      hasToken: true,
      hasEarlierToken: true,
    });
  });
});
