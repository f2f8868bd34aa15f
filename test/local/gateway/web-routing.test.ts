import { describe, expect, test } from "vitest";
import {
  isApiHost,
  readDocumentRegion,
  readPrefixRegion,
  readWebHost,
} from "../../../local/gateway/web-routing.ts";

describe("A request for a web server", () => {
  test.each([
    ["app.example.com", "app.example.com"],
    ["App.Example.com:8443", "app.example.com"],
    ["my_app.example.com", "my_app.example.com"],
    ["127.0.0.1:4566", undefined],
    ["10.0.0.1", undefined],
    ["[::1]:4566", undefined],
    ["localhost:4566", undefined],
    ["bucket.localhost", undefined],
    ["ministack", undefined],
    ["", undefined],
    ["a..b", undefined],
    ["a/b.example.com", undefined],
    [undefined, undefined],
  ])("to %s has the host %s", (host, expected) => {
    expect(readWebHost({ host }, false)).toBe(expected);
  });

  test("is not one that is signed or names an operation", () => {
    expect(readWebHost({ host: "app.example.com" }, true)).toBeUndefined();
    expect(readWebHost({ host: "app.example.com", "x-amz-target": "x.y" }, false)).toBeUndefined();
  });

  test.each([
    ["s3.ap-northeast-1.amazonaws.com", true],
    ["bucket.s3.ap-northeast-1.amazonaws.com", true],
    ["lambda.ap-northeast-1.api.aws", true],
    ["example-login.auth.ap-northeast-1.amazoncognito.com", false],
    ["amazonaws.com.example.com", false],
    ["notamazonaws.com", false],
  ])("to %s is for an API: %s", (host, expected) => {
    expect(isApiHost(host)).toBe(expected);
  });

  test("to a prefix domain says the Region", () => {
    expect(readPrefixRegion("example-login.auth.ap-northeast-3.amazoncognito.com")).toBe("ap-northeast-3");
    expect(readPrefixRegion("a.b.auth.ap-northeast-3.amazoncognito.com")).toBeUndefined();
  });

  test("for public documents is a GET of such a path at the API's host", () => {
    const host = "cognito-idp.ap-northeast-3.amazonaws.com";
    const path = "/ap-northeast-3_abc/.well-known/jwks.json";
    expect(readDocumentRegion(host, "GET", path)).toBe("ap-northeast-3");
    expect(readDocumentRegion(host, "POST", path)).toBeUndefined();
    expect(readDocumentRegion(host, "GET", "/")).toBeUndefined();
    expect(readDocumentRegion("sts.ap-northeast-3.amazonaws.com", "GET", path)).toBeUndefined();
  });
});
