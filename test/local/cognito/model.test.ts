import { expect, test } from "vitest";
import { call, createPool, faultOf, openModel } from "./strict-model.ts";

test.each(["CreateUserPoolReplica", "toString", "__proto__", ""])(
  "says that it does not answer %s",
  async (operation) => {
    expect(await faultOf(call(openModel(), operation, {}))).toMatchObject({
      code: "UnknownOperationException",
      message: `the local AWS does not answer ${operation}`,
    });
  },
);

test("refuses administrators' calls without AWS credentials", async () => {
  const fault = await faultOf(openModel().handle("ListUserPools", { MaxResults: 1 }, { isSigned: false }));
  expect(fault).toMatchObject({ code: "MissingAuthenticationTokenException", status: 400 });
});

test("draws everything from the randomness it is given: the same bytes, the same world", async () => {
  const build = async () => {
    const model = openModel();
    const UserPoolId = await createPool(model);
    const user = await call(model, "AdminCreateUser", { UserPoolId, Username: "taro" });
    const client = await call(model, "CreateUserPoolClient", {
      UserPoolId,
      ClientName: "web",
      GenerateSecret: true,
    });
    return { UserPoolId, user, client, messages: model.messages };
  };
  expect(await build()).toEqual(await build());
});

test("keeps nothing of a request that is refused", async () => {
  const model = openModel();
  const UserPoolId = await createPool(model);
  await call(model, "AdminCreateUser", { UserPoolId, Username: "taro", MessageAction: "SUPPRESS" });
  const before = await call(model, "AdminGetUser", { UserPoolId, Username: "taro" });
  const UserAttributes = [
    { Name: "name", Value: "太郎" },
    { Name: "phone_number", Value: "090" },
  ];
  await faultOf(call(model, "AdminUpdateUserAttributes", { UserPoolId, Username: "taro", UserAttributes }));
  expect(await call(model, "AdminGetUser", { UserPoolId, Username: "taro" })).toEqual(before);
  expect(model.messages).toEqual([]);
});

test.each(["DcrConfiguration", "KeyConfiguration", "IssuerConfiguration", "AcrConfiguration"])(
  "refuses %s aloud rather than forgetting it",
  async (name) => {
    const fault = await faultOf(call(openModel(), "CreateUserPool", { PoolName: "x", [name]: {} }));
    expect(fault.message).toBe(`The local world does not know the setting ${name} yet.`);
  },
);
