import { describe, expect, it } from "vitest";
import { startGroups, toTargetGroup } from "../../../runbooks/reimport/group-lane.ts";
import type { TargetGroup } from "../../../runbooks/reimport/target-pool.ts";

const ROLE = "arn:aws:iam::123456789012:role/staff";

/** A pool whose groups are made when the test says so. */
function createPool() {
  const asked: { name: string; answer: PromiseWithResolvers<void> }[] = [];
  return {
    asked,
    names: () => asked.map(({ name }) => name),
    options: {
      writer: {
        createGroup: ({ name }: TargetGroup) => {
          const answer = Promise.withResolvers<void>();
          asked.push({ name, answer });
          return answer.promise;
        },
      },
      mayWrite: () => {},
      onGroup: () => {},
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("groups that are made beside the users", () => {
  it("are made one after another, and each is waited for by its own members alone", async () => {
    const pool = createPool();
    const lane = await startGroups([{ name: "one" }, { name: "two" }], pool.options);
    await turn();
    expect(pool.names()).toEqual(["one"]);
    const seen: string[] = [];
    const waits = ["one", "two", "elsewhere"].map((name) => lane.whenMade(name).then(() => seen.push(name)));
    await turn();
    expect(seen).toEqual(["elsewhere"]);
    pool.asked[0]?.answer.resolve();
    await turn();
    expect(seen).toEqual(["elsewhere", "one"]);
    pool.asked[1]?.answer.resolve();
    await Promise.all([...waits, lane.allMade()]);
  });

  it("are awaited before any user where they have a role, which takes a right of its own", async () => {
    const pool = createPool();
    const started = startGroups([{ name: "plain" }, { name: "role", roleArn: ROLE }], pool.options);
    await turn();
    expect(pool.names()).toEqual(["role"]);
    pool.asked[0]?.answer.reject(new Error("no right"));
    await expect(started).rejects.toThrow("no right");
    expect(pool.names()).toEqual(["role"]);
  });

  it("fail for whoever waits for one that could not be made, or for one behind it", async () => {
    const pool = createPool();
    const lane = await startGroups([{ name: "one" }, { name: "two" }], pool.options);
    await turn();
    pool.asked[0]?.answer.reject(new Error("refused"));
    await expect(lane.whenMade("one")).rejects.toThrow("refused");
    await expect(lane.whenMade("two")).rejects.toThrow("refused");
    await expect(lane.allMade()).rejects.toThrow("refused");
  });

  it("are no longer made when the run has stopped", async () => {
    const pool = createPool();
    const lane = await startGroups([{ name: "one" }, { name: "two" }], pool.options);
    await turn();
    const stopped = lane.stop();
    pool.asked[0]?.answer.resolve();
    await stopped;
    expect(pool.names()).toEqual(["one"]);
  });

  it("are not made once the run has lost its right to write", async () => {
    const pool = createPool();
    const mayWrite = () => {
      throw new Error("the lease is gone");
    };
    const lane = await startGroups([{ name: "one" }], { ...pool.options, mayWrite });
    await expect(lane.allMade()).rejects.toThrow("the lease is gone");
    expect(pool.names()).toEqual([]);
  });
});

describe("a group of a set", () => {
  const group = { kind: "group", name: "staff", description: "Staff", precedence: 3, roleArn: ROLE } as const;
  const other = "arn:aws:iam::123456789012:role/other";

  it.each<[string, Parameters<typeof toTargetGroup>[1], string | undefined]>([
    ["keeps its role", { groupRoles: new Map(), withoutGroupRoles: false }, ROLE],
    [
      "gets the role it is mapped to",
      { groupRoles: new Map([[ROLE, other]]), withoutGroupRoles: false },
      other,
    ],
    ["has none where none is wanted", { groupRoles: new Map(), withoutGroupRoles: true }, undefined],
  ])("%s", (_, choice, role) => {
    expect(toTargetGroup(group, choice)).toEqual({
      name: "staff",
      description: "Staff",
      precedence: 3,
      ...(role && { roleArn: role }),
    });
  });
});
