import fc from "fast-check";
import { expect, test } from "vitest";
import { call, createPool, openModel } from "./strict-model.ts";

interface Page {
  Users: { Username: string }[];
  PaginationToken?: string;
}

const readPage = async (model: ReturnType<typeof openModel>, input: object): Promise<Page> => {
  const page = await call(model, "ListUsers", input);
  return page as Page;
};

test("gives every user who stays exactly once, under any churn between pages, full or ragged", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 1, max: 60 }),
      fc.constantFrom("full" as const, "ragged" as const),
      fc.array(fc.nat({ max: 299 }), { maxLength: 60 }),
      async (seed, size, Limit, pages, victims) => {
        const model = openModel("2026-11-21T03:00:00Z", seed);
        model.behaviour.pages = pages;
        const UserPoolId = await createPool(model);
        const names = Array.from({ length: size }, (_, index) => `user-${index}`);
        model.seedUsers(
          UserPoolId,
          names.map((username) => ({ username, attributes: {}, status: "CONFIRMED" })),
        );
        const gone = new Set<string>();
        const read: string[] = [];
        let PaginationToken: string | undefined;
        let page = 0;
        do {
          const answer = await readPage(model, {
            UserPoolId,
            Limit,
            ...(PaginationToken ? { PaginationToken } : {}),
          });
          expect(answer.Users.length).toBeLessThanOrEqual(Limit);
          read.push(...answer.Users.map(({ Username }) => Username));
          PaginationToken = answer.PaginationToken;
          const victim = `user-${victims[page] ?? -1}`;
          if (names.includes(victim) && !gone.has(victim)) {
            await call(model, "AdminDeleteUser", { UserPoolId, Username: victim });
            gone.add(victim);
            await call(model, "AdminCreateUser", {
              UserPoolId,
              Username: `new-${page}`,
              MessageAction: "SUPPRESS",
            });
          }
          page++;
        } while (PaginationToken !== undefined);
        expect(new Set(read).size).toBe(read.length);
        expect(names.filter((name) => !gone.has(name) && !read.includes(name))).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
