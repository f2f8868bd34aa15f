import fc from "fast-check";
import { expect, test } from "vitest";
import { call, createPool, faultOf, openModel } from "./strict-model.ts";

async function firstToken(seed = 1) {
  const model = openModel("2026-11-21T03:00:00Z", seed);
  const UserPoolId = await createPool(model);
  model.seedUsers(
    UserPoolId,
    ["a", "b", "c"].map((username) => ({ username, attributes: {}, status: "CONFIRMED" })),
  );
  const page = await call(model, "ListUsers", { UserPoolId, Limit: 1 });
  const { PaginationToken } = page as { PaginationToken: string };
  return { model, UserPoolId, PaginationToken };
}

test("shows nothing of what it holds, and differs each time it is given out", async () => {
  const { model, UserPoolId, PaginationToken } = await firstToken();
  expect(Buffer.from(PaginationToken, "base64").toString("latin1")).not.toContain("ListUsers");
  const again = await call(model, "ListUsers", { UserPoolId, Limit: 1 });
  expect(again).not.toMatchObject({ PaginationToken });
});

test("is refused after any change of a character", async () => {
  const { model, UserPoolId, PaginationToken } = await firstToken();
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: PaginationToken.length - 1 }),
      fc.constantFrom("A", "b", "9", "/"),
      async (at, char) => {
        fc.pre(PaginationToken[at] !== char);
        const forged = PaginationToken.slice(0, at) + char + PaginationToken.slice(at + 1);
        const fault = await faultOf(call(model, "ListUsers", { UserPoolId, PaginationToken: forged }));
        expect(fault).toMatchObject({
          code: "InvalidParameterException",
          message: "Invalid pagination token",
        });
      },
    ),
  );
});

test("of another run is refused, so that a restarted world is noticed", async () => {
  const { PaginationToken } = await firstToken();
  const other = await firstToken(2);
  const fault = await faultOf(
    call(other.model, "ListUsers", { UserPoolId: other.UserPoolId, PaginationToken }),
  );
  expect(fault.message).toBe("Invalid pagination token");
});

test("of another list of the same pool is refused", async () => {
  const { model, UserPoolId, PaginationToken } = await firstToken();
  const fault = await faultOf(call(model, "ListGroups", { UserPoolId, NextToken: PaginationToken }));
  expect(fault.message).toBe("Paging Marker is Invalid for Request");
});
