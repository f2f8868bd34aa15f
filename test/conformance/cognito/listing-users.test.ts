import { expect } from "vitest";
import {
  attributes,
  createPool,
  createUser,
  describeConformance,
  expectRefusal,
  listOf,
} from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

const api = "API reference, ListUsers";
const hour = 3_600_000;

/** Reads pages to the end; `between` acts after each page. */
async function readAll(
  target: Target,
  input: Json,
  between: (page: number) => Promise<void> = async () => {},
): Promise<{ names: string[]; sizes: number[] }> {
  const names: string[] = [];
  const sizes: number[] = [];
  const tokens = new Set<unknown>();
  let PaginationToken: unknown;
  do {
    const page: Json = await target.call("ListUsers", {
      ...input,
      ...(PaginationToken ? { PaginationToken } : {}),
    });
    const users = listOf(page, "Users");
    names.push(...users.map((user) => String(member(user, "Username"))));
    sizes.push(users.length);
    PaginationToken = page.PaginationToken;
    if (tokens.has(PaginationToken)) throw new Error(`the token of page ${sizes.length} came before`);
    tokens.add(PaginationToken);
    await between(sizes.length);
  } while (PaginationToken !== undefined);
  return { names, sizes };
}

async function createUsers(target: Target, UserPoolId: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, index) => `user-${String(index).padStart(3, "0")}`);
  for (const name of names) await createUser(target, UserPoolId, name);
  return names;
}

const finds = (filter: string, expected: string[]) => async (target: Target) => {
  const UserPoolId = await createPool(target, {
    Schema: [{ Name: "team", AttributeDataType: "String", Mutable: true }],
  });
  const people: Record<string, Record<string, string>> = {
    Taro: { email: "taro@example.com", family_name: "Yamada", name: '"Taro"' },
    Hanako: { email: "hanako@example.com", family_name: "yamanaka", phone_number: "+819012345678" },
    Jiro: { email: "jiro@example.org", family_name: "Sato", phone_number: "+818012345678" },
  };
  for (const [name, values] of Object.entries(people)) {
    await createUser(target, UserPoolId, name, { UserAttributes: attributes(values) });
  }
  await target.call("AdminDisableUser", { UserPoolId, Username: "Jiro" });
  const Password = "Aa1!aaaaaaaa";
  await target.call("AdminSetUserPassword", { UserPoolId, Username: "Taro", Password, Permanent: true });
  expect((await readAll(target, { UserPoolId, Filter: filter })).names.sort()).toEqual(expected.sort());
};

const refusesFilter = (Filter: string, message?: string) => async (target: Target) => {
  const UserPoolId = await createPool(target);
  await expectRefusal(target.call("ListUsers", { UserPoolId, Filter }), "InvalidParameterException", message);
};

const notSearchable = { ministack: "returns the whole pool" };

describeConformance("Listing users", [
  {
    title: "gives every user exactly once over pages of any size, 60 when nothing is asked",
    source: api,
    async run(target) {
      const UserPoolId = await createPool(target);
      const names = await createUsers(target, UserPoolId, 130);
      for (const limit of [{}, { Limit: 7 }, { Limit: 60 }]) {
        const { names: read, sizes } = await readAll(target, { UserPoolId, ...limit });
        expect(read.toSorted()).toEqual(names);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit.Limit ?? 60);
      }
    },
  },
  {
    title: "takes a page size of 0 for the default",
    source: `${api}, Limit: minimum value of 0`,
    differs: { ministack: "gives empty pages without end" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const names = await createUsers(target, UserPoolId, 3);
      expect((await readAll(target, { UserPoolId, Limit: 0 })).names.toSorted()).toEqual(names);
    },
  },
  {
    title: "refuses more than 60 a page",
    source: `${api}; sentence seen on AWS`,
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await expectRefusal(
        target.call("ListUsers", { UserPoolId, Limit: 61 }),
        "InvalidParameterException",
        "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
      );
    },
  },
  {
    title: "neither skips nor repeats anybody while users are deleted and created between pages",
    source: `${api}: no duplicates within one chain`,
    differs: { ministack: "skips users behind a deleted one" },
    async run(target) {
      const UserPoolId = await createPool(target);
      const names = await createUsers(target, UserPoolId, 40);
      const { names: read } = await readAll(target, { UserPoolId, Limit: 5 }, async (page) => {
        await target.call("AdminDeleteUser", { UserPoolId, Username: names[page - 1] ?? "" });
        await createUser(target, UserPoolId, `later-${page}`);
      });
      expect(new Set(read).size).toBe(read.length);
      const stayed = (await readAll(target, { UserPoolId })).names.filter((name) => names.includes(name));
      expect(read).toEqual(expect.arrayContaining(stayed));
    },
  },
  {
    title: "refuses a token nobody gave out, one of another pool and one of another filter",
    source: `${api}: the same parameters; sentence about the filter seen on AWS`,
    differs: { ministack: "starts over" },
    async run(target) {
      const [UserPoolId, otherPool] = [await createPool(target), await createPool(target)];
      await createUsers(target, UserPoolId, 3);
      const first = await target.call("ListUsers", { UserPoolId, Limit: 1 });
      const next = (input: Json) =>
        target.call("ListUsers", { UserPoolId, PaginationToken: first.PaginationToken, ...input });
      expect(listOf(await next({ Limit: 2 }), "Users")).toHaveLength(2);
      const code = "InvalidParameterException";
      await expectRefusal(next({ PaginationToken: "MTIzNDU2Nzg5" }), code);
      await expectRefusal(next({ PaginationToken: `${first.PaginationToken}x` }), code);
      await expectRefusal(next({ UserPoolId: otherPool }), code);
      await expectRefusal(next({ Filter: 'username ^= "u"' }), code, "Paging Marker is Invalid for Request");
    },
  },
  {
    title: "refuses an empty token in the service's own words",
    source: "seen on AWS",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await expectRefusal(
        target.call("ListUsers", { UserPoolId, PaginationToken: "" }),
        "InvalidParameterException",
        /^2 validation errors detected: Value '' at 'paginationToken' failed to satisfy constraint: Member must satisfy regular expression pattern: \[\\S\]\+; ?Value '' at 'paginationToken' failed to satisfy constraint: Member must have length greater than or equal to 1$/,
      );
    },
  },
  {
    title: "takes a token for an hour and no longer",
    source: "Developer Guide, Managing and searching for user accounts",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUsers(target, UserPoolId, 3);
      const first = await target.call("ListUsers", { UserPoolId, Limit: 1 });
      const next = () => target.call("ListUsers", { UserPoolId, PaginationToken: first.PaginationToken });
      target.model?.advance(hour);
      await next();
      target.model?.advance(1);
      await expectRefusal(next(), "InvalidParameterException");
    },
  },
  {
    title: "may give short and empty pages with more to come, and still everybody once",
    source: `${api}, Limit; Developer Guide, Managing and searching for user accounts`,
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      const names = await createUsers(target, UserPoolId, 50);
      if (target.model) target.model.behaviour.pages = "ragged";
      const seen: number[] = [];
      const lastPages = new Set<number | undefined>();
      for (let round = 0; round < 60; round++) {
        const { names: read, sizes } = await readAll(target, { UserPoolId, Limit: 4 });
        expect(read).toEqual(names);
        seen.push(...sizes);
        lastPages.add(sizes.at(-1));
      }
      expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3, 4]));
      expect(lastPages).toContain(0);
    },
  },
  { title: "finds by exact value", source: api, run: finds('email = "taro@example.com"', ["Taro"]) },
  {
    title: "finds by the beginning of a value",
    source: api,
    run: finds('phone_number ^= "+8190"', ["Hanako"]),
  },
  {
    title: "ignores case in values",
    source: "Developer Guide, Managing and searching for user accounts",
    run: finds('family_name ^= "YAMA"', ["Taro", "Hanako"]),
  },
  { title: "minds case in user names", source: api, run: finds('username = "taro"', []) },
  { title: "minds case at the beginning of user names", source: api, run: finds('username ^= "ta"', []) },
  { title: "finds by user name", source: api, run: finds('username ^= "Ta"', ["Taro"]) },
  {
    title: "finds by user status in any case",
    source: api,
    differs: notSearchable,
    run: finds('cognito:user_status = "confirmed"', ["Taro"]),
  },
  { title: "finds those who are switched off", source: api, run: finds('status = "Disabled"', ["Jiro"]) },
  {
    title: "takes quotation marks behind a backslash",
    source: api,
    differs: { ministack: "finds nobody" },
    run: finds('name = "\\"Taro\\""', ["Taro"]),
  },
  { title: "lists everybody for an empty filter", source: api, run: finds("", ["Taro", "Hanako", "Jiro"]) },
  {
    title: "refuses to search custom attributes",
    source: api,
    differs: notSearchable,
    run: refusesFilter('custom:team = "a"', "Invalid search attribute: custom:team"),
  },
  ...['email != "a@example.com"', "email = taro", "email", 'email = "a" and name = "b"', 'email ~ "a"'].map(
    (filter) => ({
      title: `refuses the filter ${filter}`,
      source: "sentence seen on AWS",
      differs: notSearchable,
      run: refusesFilter(filter, "Error while parsing filter."),
    }),
  ),
  {
    title: "refuses a filter of more than 256 characters",
    source: api,
    differs: { ministack: "accepts it" },
    run: refusesFilter(`email = "${"a".repeat(250)}"`),
  },
  {
    title: "finds by sub",
    source: api,
    async run(target) {
      const UserPoolId = await createPool(target);
      const user = await createUser(target, UserPoolId, "taro");
      await createUser(target, UserPoolId, "hanako");
      const sub = member(user, "Attributes", 0, "Value");
      const { names } = await readAll(target, { UserPoolId, Filter: `sub = "${sub}"` });
      expect(names).toEqual(["taro"]);
    },
  },
  {
    title: "honours, ignores or refuses the beginning of a sub, whichever is chosen",
    source: "documented nowhere",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      target.model?.seed(
        UserPoolId,
        ["0", "1"].map((digit) => ({
          username: `user-${digit}`,
          sub: `${digit.repeat(8)}-0000-4000-8000-000000000000`,
          attributes: {},
          status: "CONFIRMED" as const,
        })),
      );
      const input = { UserPoolId, Filter: 'sub ^= "0"' };
      expect((await readAll(target, input)).names).toEqual(["user-0"]);
      if (target.model) target.model.behaviour.subPrefixFilter = "ignored";
      expect((await readAll(target, input)).names).toEqual(["user-0", "user-1"]);
      if (target.model) target.model.behaviour.subPrefixFilter = "refused";
      await expectRefusal(target.call("ListUsers", input), "InvalidParameterException");
    },
  },
  {
    title: "gives only the attributes asked for, and fails when somebody has none of them",
    source: `${api}, AttributesToGet; sentences seen on AWS`,
    differs: { ministack: "leaves the attribute out" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro", {
        UserAttributes: attributes({ name: "太郎", nickname: "t" }),
      });
      const list = (AttributesToGet: string[]) => target.call("ListUsers", { UserPoolId, AttributesToGet });
      expect(member(await list(["name"]), "Users", 0, "Attributes")).toEqual(attributes({ name: "太郎" }));
      await expectRefusal(
        list(["custom:unknown"]),
        "InvalidParameterException",
        "One or more requested attributes do not exist.",
      );
      await createUser(target, UserPoolId, "hanako");
      await expectRefusal(
        list(["name"]),
        "InvalidParameterException",
        "Input fails to satisfy the constraints.",
      );
    },
  },
]);
