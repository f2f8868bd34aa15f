import { expect } from "vitest";
import { createPool, createUser, describeConformance, expectRefusal, listOf } from "./conformance.ts";
import { type Json, member, type Target } from "./target.ts";

async function readAll(
  target: Target,
  operation: string,
  list: string,
  key: string,
  input: Json,
): Promise<unknown[]> {
  const values: unknown[] = [];
  let NextToken: unknown;
  do {
    const page: Json = await target.call(operation, { ...input, ...(NextToken ? { NextToken } : {}) });
    values.push(...listOf(page, list).map((item) => member(item, key)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return values;
}

describeConformance("Groups", [
  {
    title: "refuses a group name that is taken or has a space",
    source: "API reference, CreateGroup",
    differs: { ministack: "words it differently" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await target.call("CreateGroup", { UserPoolId, GroupName: "admins", Precedence: 1 });
      await expectRefusal(
        target.call("CreateGroup", { UserPoolId, GroupName: "admins" }),
        "GroupExistsException",
        "A group with the name already exists.",
      );
      await expectRefusal(
        target.call("CreateGroup", { UserPoolId, GroupName: "all admins" }),
        "InvalidParameterException",
      );
      await expectRefusal(
        target.call("GetGroup", { UserPoolId, GroupName: "none" }),
        "ResourceNotFoundException",
        "Group not found.",
      );
    },
  },
  {
    title: "changes what an update names and keeps the rest",
    source: "API reference, UpdateGroup",
    differs: { ministack: "has no UpdateGroup" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await target.call("CreateGroup", {
        UserPoolId,
        GroupName: "admins",
        Precedence: 1,
        Description: "管理者",
      });
      await target.call("UpdateGroup", { UserPoolId, GroupName: "admins", Precedence: 5 });
      const { Group } = await target.call("GetGroup", { UserPoolId, GroupName: "admins" });
      expect(Group).toMatchObject({ Precedence: 5, Description: "管理者" });
    },
  },
  {
    title: "lists members and groups over pages, adds a member once, and forgets deleted users and groups",
    source: "API reference, ListUsersInGroup, AdminListGroupsForUser, DeleteGroup",
    async run(target) {
      const UserPoolId = await createPool(target);
      for (const GroupName of ["a", "b", "c"]) await target.call("CreateGroup", { UserPoolId, GroupName });
      for (const Username of ["taro", "hanako", "jiro"]) {
        await createUser(target, UserPoolId, Username);
        for (const GroupName of ["c", "a"]) {
          await target.call("AdminAddUserToGroup", { UserPoolId, Username, GroupName });
          await target.call("AdminAddUserToGroup", { UserPoolId, Username, GroupName });
        }
      }
      const members = (GroupName: string) =>
        readAll(target, "ListUsersInGroup", "Users", "Username", { UserPoolId, GroupName, Limit: 2 });
      const groups = (Username: string) =>
        readAll(target, "AdminListGroupsForUser", "Groups", "GroupName", { UserPoolId, Username, Limit: 1 });
      expect((await members("a")).sort()).toEqual(["hanako", "jiro", "taro"]);
      expect((await groups("taro")).sort()).toEqual(["a", "c"]);
      expect(await members("b")).toEqual([]);
      await target.call("AdminRemoveUserFromGroup", { UserPoolId, Username: "taro", GroupName: "a" });
      await target.call("AdminDeleteUser", { UserPoolId, Username: "jiro" });
      await target.call("DeleteGroup", { UserPoolId, GroupName: "c" });
      expect(await members("a")).toEqual(["hanako"]);
      expect(await groups("taro")).toEqual([]);
      expect(await readAll(target, "ListGroups", "Groups", "GroupName", { UserPoolId, Limit: 1 })).toEqual([
        "a",
        "b",
      ]);
    },
  },
  {
    title: "refuses a token of another group, and more than 60 a page",
    source: "API reference, ListUsersInGroup",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      for (const GroupName of ["a", "b"]) await target.call("CreateGroup", { UserPoolId, GroupName });
      for (const Username of ["taro", "hanako"]) {
        await createUser(target, UserPoolId, Username);
        await target.call("AdminAddUserToGroup", { UserPoolId, Username, GroupName: "a" });
      }
      const list = (input: Json) => target.call("ListUsersInGroup", { UserPoolId, GroupName: "a", ...input });
      const { NextToken } = await list({ Limit: 1 });
      await expectRefusal(list({ GroupName: "b", NextToken }), "InvalidParameterException");
      await expectRefusal(list({ Limit: 61 }), "InvalidParameterException");
    },
  },
  {
    title: "refuses 0 groups of a user a page",
    source: "seen on AWS",
    differs: { ministack: "accepts it" },
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro");
      await expectRefusal(
        target.call("AdminListGroupsForUser", { UserPoolId, Username: "taro", Limit: 0 }),
        "InvalidParameterException",
        "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
      );
    },
  },
  {
    title: "holds a user in at most 100 groups and a pool at most 10,000 groups",
    source: "Developer Guide, Quotas in Amazon Cognito",
    needsControl: true,
    async run(target) {
      const UserPoolId = await createPool(target);
      await createUser(target, UserPoolId, "taro");
      for (let index = 0; index < 10_000; index++) {
        const GroupName = `group-${index}`;
        await target.call("CreateGroup", { UserPoolId, GroupName });
        if (index < 100)
          await target.call("AdminAddUserToGroup", { UserPoolId, Username: "taro", GroupName });
      }
      await expectRefusal(
        target.call("AdminAddUserToGroup", { UserPoolId, Username: "taro", GroupName: "group-100" }),
        "LimitExceededException",
      );
      await expectRefusal(
        target.call("CreateGroup", { UserPoolId, GroupName: "one-more" }),
        "LimitExceededException",
      );
    },
  },
]);
