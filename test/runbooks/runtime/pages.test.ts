import { describe, expect, it } from "vitest";
import { AwsRefusalError, MalformedAnswerError } from "../../../runbooks/runtime/aws-errors.ts";
import { IntegrityError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import {
  type ListEnd,
  MalformedPageError,
  PageTokenRefusedError,
  type RawPage,
  readPages,
} from "../../../runbooks/runtime/pages.ts";

type Answer = RawPage | Error;

/** Reads a list whose pages are these answers, in order; the last one answers for ever. */
async function readAll(
  answers: readonly Answer[],
  options: { isEndDoubtful?: (end: ListEnd) => boolean } = {},
) {
  const tokens: (string | undefined)[] = [];
  const items: number[] = [];
  const pages = readPages<number>({
    what: "ListThings",
    pause: async () => {},
    ...options,
    fetchPage: async (token) => {
      const answer = answers[Math.min(tokens.length, answers.length - 1)];
      tokens.push(token);
      if (answer === undefined || answer instanceof Error) throw answer;
      return answer;
    },
    readItem: (item) => {
      if (typeof item !== "number") throw new MalformedPageError("ListThings: not a number.");
      return item;
    },
  });
  for await (const page of pages) items.push(...page);
  return { items, tokens };
}

const page = (items: unknown, nextToken?: unknown): RawPage => ({ items, nextToken });
const notJson = new MalformedAnswerError("ListThings: the answer is not what AWS sends.");

describe("reading a list to its end", () => {
  it("gives all items, through empty and short pages", async () => {
    const answers = [page([1, 2], "a"), page([], "b"), page([], "c"), page([3], "d"), page([4])];
    expect((await readAll(answers)).items).toEqual([1, 2, 3, 4]);
  });

  it("gives nothing for a list that is empty", async () => {
    expect(await readAll([page([])])).toEqual({ items: [], tokens: [undefined, undefined] });
  });

  it("asks again before it believes that a list is empty", async () => {
    const { items } = await readAll([page([]), page([1], "a"), page([2])]);
    expect(items).toEqual([1, 2]);
  });

  it.each<[string, Answer]>([
    ["without its list", page(undefined)],
    ["with something else instead of its list", page({})],
    ["with an item that is none", page(["one"])],
    ["with an empty token", page([1], "")],
    ["with a token that is no text", page([1], 7)],
    ["that is not JSON", notJson],
  ])("reads a page %s again, and takes the good answer", async (_, bad) => {
    const { items, tokens } = await readAll([page([1], "a"), bad, page([2])]);
    expect(items).toEqual([1, 2]);
    expect(tokens).toEqual([undefined, "a", "a"]);
  });

  it.each<[string, Answer, new (...args: never[]) => Error]>([
    ["without its list", page(undefined), IntegrityError],
    ["with an item that is none", page(["one"]), IntegrityError],
    ["that is not JSON", notJson, RemoteError],
  ])("fails over a page %s that stays so, instead of ending", async (_, bad, type) => {
    await expect(readAll([page([1], "a"), bad])).rejects.toThrow(type);
  });

  it.each([
    ["the same token again", ["a", "a"]],
    ["a token of two pages before", ["a", "b", "a"]],
    ["a long circle", ["a", "b", "c", "d", "e", "b"]],
  ])("refuses a list that gives %s", async (_, tokens) => {
    const answers = tokens.map((token, index) => page([index], token));
    await expect(readAll(answers)).rejects.toThrow("ListThings: a page token came twice");
  });

  it("refuses a list of empty pages without end", async () => {
    let count = 0;
    const pages = readPages({
      what: "ListThings",
      pause: async () => {},
      readItem: (item) => item,
      fetchPage: async () => ({ items: [], nextToken: String(count++) }),
    });
    await expect(pages.next()).rejects.toThrow("ListThings: more than 1000 empty pages in a row.");
  });

  it("asks again before it believes that a list ended with an empty page", async () => {
    const { items, tokens } = await readAll([page([1], "a"), page([]), page([2], "b"), page([3])]);
    expect(items).toEqual([1, 2, 3]);
    expect(tokens).toEqual([undefined, "a", "a", "b"]);
  });

  it("believes an end that was said twice", async () => {
    expect((await readAll([page([1], "a"), page([])])).tokens).toEqual([undefined, "a", "a"]);
  });

  it("asks again when the caller doubts the end", async () => {
    const { items } = await readAll([page([1]), page([1], "a"), page([2])], { isEndDoubtful: () => true });
    expect(items).toEqual([1, 1, 2, 2]);
  });

  it("believes an end only when two readings in a row agree", async () => {
    const answers = [page([1], "a"), page([]), page([2, 3]), page([2, 3])];
    const { items, tokens } = await readAll(answers);
    expect(new Set(items)).toEqual(new Set([1, 2, 3]));
    expect(tokens).toEqual([undefined, "a", "a", "a"]);
  });

  it("refuses a list whose end is another one each time", async () => {
    const answers = [1, 2, 3, 4, 5].map((length) => page(Array.from({ length }, () => 1)));
    await expect(readAll(answers, { isEndDoubtful: () => true })).rejects.toThrow(
      "ListThings: its end is another one each time it is read.",
    );
  });

  it("says about an end how many items came last, and whether there were pages before", async () => {
    const ends: unknown[] = [];
    const isEndDoubtful = (end: unknown) => ends.push(end) === 0;
    await readAll([page([1])], { isEndDoubtful });
    await readAll([page([1], "a"), page([2, 3])], { isEndDoubtful });
    expect(ends).toEqual([
      { items: 1, hasEarlierPages: false },
      { items: 2, hasEarlierPages: true },
    ]);
  });

  it("tells a refused token from a refused request", async () => {
    const refusal = new AwsRefusalError("InvalidParameterException", "ListThings: refused.", {});
    await expect(readAll([page([1], "a"), refusal])).rejects.toThrow(PageTokenRefusedError);
    await expect(readAll([refusal])).rejects.toBe(refusal);
  });
});
