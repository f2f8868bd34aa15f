import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { declare } from "./pulumi-mocks.ts";

class Room extends pulumi.ComponentResource {
  constructor(name: string) {
    super("sekisho:index:Room", name, {}, {});
    const first = new aws.ssm.Parameter(
      "first",
      { type: "String", value: "1" },
      { parent: this, protect: true },
    );
    new aws.ssm.Parameter(
      "second",
      { type: "String", value: pulumi.secret(first.arn) },
      {
        parent: this,
        dependsOn: [first],
        retainOnDelete: true,
        ignoreChanges: ["value"],
        replacementTrigger: first.id,
      },
    );
    this.registerOutputs();
  }
}

describe("the mocked engine", () => {
  test("reports inputs, secrets and options of what a program declares, run after run", async () => {
    for (const stack of ["dev", "prod"]) {
      const declared = await declare(
        () => {
          new Room("room");
          return { stack: pulumi.getStack() };
        },
        { stack },
      );
      expect(declared.outputs).toEqual({ stack });
      expect(declared.one("aws:ssm/parameter:Parameter", "first").options).toMatchObject({
        protect: true,
        parent: "room",
      });
      const second = declared.one("aws:ssm/parameter:Parameter", "second");
      expect(second.inputs.value).toBe("arn:aws:ssm:ap-northeast-1:123456789012:first-id");
      expect(second.secretInputs).toEqual(["value"]);
      expect(second.options).toMatchObject({
        dependsOn: ["first"],
        retainOnDelete: true,
        protect: false,
        ignoreChanges: ["value"],
        replacementTrigger: "first-id",
      });
    }
  });

  test("says what is there when the wanted resource is not", async () => {
    const declared = await declare(() => void new Room("room"));
    expect(() => declared.one("aws:ssm/parameter:Parameter")).toThrow(
      "wanted one aws:ssm/parameter:Parameter, got 2 (declared: first, second)",
    );
    expect(() => declared.one("aws:s3/bucket:Bucket", "x")).toThrow(
      "wanted one aws:s3/bucket:Bucket named x, got 0 (declared: none)",
    );
  });

  test("refuses a provider function the test did not prepare", async () => {
    await expect(declare(() => ({ who: aws.getCallerIdentityOutput({}).accountId }))).rejects.toThrow(
      "the program called aws:index/getCallerIdentity:getCallerIdentity",
    );
    const declared = await declare(() => ({ who: aws.getCallerIdentityOutput({}).accountId }), {
      calls: { "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "1" }) },
    });
    expect(declared.outputs).toEqual({ who: "1" });
  });

  test("refuses a resource that is declared twice, as the engine does", async () => {
    await expect(
      declare(() => {
        new Room("room");
        new Room("room");
        return undefined;
      }),
    ).rejects.toThrow("room (sekisho:index:Room) is declared twice");
  });

  test("rejects when the program throws", async () => {
    await expect(
      declare(() => {
        throw new Error("no such role");
      }),
    ).rejects.toThrow("no such role");
  });
});
