import { describe, expect, test } from "vitest";
import { signInHost } from "../../../infra/sign-in-page/sign-in-host.ts";

describe("the host of the sign-in pages", () => {
  test("is AWS's for a prefix, in the stack's Region", () => {
    expect(signInHost({ kind: "prefix", prefix: "example-login" }, "ap-northeast-3")).toBe(
      "example-login.auth.ap-northeast-3.amazoncognito.com",
    );
  });

  test("is our own where we have one", () => {
    expect(
      signInHost({ kind: "custom", domain: "login.example.com", certificateArn: "arn" }, "ap-northeast-1"),
    ).toBe("login.example.com");
  });
});
