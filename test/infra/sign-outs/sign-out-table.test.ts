import { describe, expect, test } from "vitest";
import { readSignOuts } from "../../../infra/iam-policies/sign-out-table.ts";
import { SignOutTable } from "../../../infra/sign-outs/sign-out-table.ts";
import { declare } from "../../support/pulumi-mocks.ts";

const TABLE = "aws:dynamodb/table:Table";

function declareTable(disposable = false) {
  return declare(() => {
    const { part } = new SignOutTable("sign-outs", { settings: { stack: "dev", disposable } });
    return { part };
  });
}

describe("the table of sign-outs", () => {
  test("has one entry for each user, which goes by itself when no older token can be valid any more", async () => {
    const declared = await declareTable();
    expect(declared.one(TABLE)).toMatchObject({
      name: "sekisho-dev-sign-outs",
      inputs: {
        attributes: [{ name: "sub", type: "S" }],
        hashKey: "sub",
        ttl: { attributeName: "expiresAt", enabled: true },
        tags: { "sekisho:stack": "dev" },
      },
    });
    expect(declared.one(TABLE).inputs).not.toHaveProperty("rangeKey");
  });

  test("is billed by use, so that it costs nothing while nobody is signed out", async () => {
    expect((await declareTable()).one(TABLE).inputs).toMatchObject({ billingMode: "PAY_PER_REQUEST" });
  });

  test("can be taken back to any minute, and neither Pulumi nor AWS deletes it by a slip", async () => {
    const table = (await declareTable()).one(TABLE);
    expect(table.options).toMatchObject({ protect: true, retainOnDelete: true });
    expect(table.inputs).toMatchObject({
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  test("goes with a disposable stack", async () => {
    const table = (await declareTable(true)).one(TABLE);
    expect(table.options).toMatchObject({ protect: false, retainOnDelete: false });
    expect(table.inputs).toMatchObject({ deletionProtectionEnabled: false });
  });

  test("is found by runbooks and back ends", async () => {
    const declared = await declareTable();
    expect(declared.outputs.part).toMatchObject({
      table: "sekisho-dev-sign-outs",
      tableArn: expect.stringContaining("sekisho-dev-sign-outs"),
    });
  });

  test("lets a back end get one entry at a time: no list of who was signed out, and nothing written", () => {
    expect(readSignOuts("arn:of:table").Statement).toEqual([
      { Sid: "ReadSignOuts", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: ["arn:of:table"] },
    ]);
  });
});
