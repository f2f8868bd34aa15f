import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { AppClient } from "../../../infra/clients/app-clients.ts";
import type { SignInPageSettings, UsersSettings } from "../../../infra/settings.ts";
import { SignInDomain } from "../../../infra/sign-in-page/sign-in-domain.ts";
import { declare } from "../../support/pulumi-mocks.ts";
import { users } from "../../support/users-settings.ts";

const DOMAIN = "aws:cognito/userPoolDomain:UserPoolDomain";
const STYLE = "aws:cognito/managedLoginBranding:ManagedLoginBranding";
const RECORD = "aws:route53/record:Record";

const custom: SignInPageSettings = {
  kind: "custom",
  domain: "login.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
};

function declareDomain(
  page: SignInPageSettings,
  changes: Partial<UsersSettings> = {},
  others: AppClient["others"] = {},
  cliUsesPage = false,
) {
  return declare(() => {
    const clients: Record<string, AppClient> = {
      web: { kind: "alb", generation: 1, usesSignInPage: true, clientId: pulumi.output("id-of-web"), others },
      cli: {
        kind: "cli",
        generation: 1,
        usesSignInPage: cliUsesPage,
        clientId: pulumi.output("id-of-cli"),
        others: {},
      },
      batch: {
        kind: "machine",
        generation: 1,
        usesSignInPage: false,
        clientId: pulumi.output("id-of-batch"),
        others,
      },
    };
    const { host, ruleDomain, pendingRecords } = new SignInDomain("sign-in", {
      settings: { region: "ap-northeast-1", users: users(changes) },
      page,
      userPoolId: "pool",
      clients,
    });
    return { host, ruleDomain, pendingRecords };
  });
}

describe("the sign-in domain", () => {
  test("is AWS's with our prefix, and the load balancer is told the prefix alone", async () => {
    const declared = await declareDomain({ kind: "prefix", prefix: "example-login" });
    expect(declared.one(DOMAIN).inputs).toEqual({
      userPoolId: "pool",
      domain: "example-login",
      managedLoginVersion: 2,
    });
    expect(declared.outputs).toEqual({
      host: "example-login.auth.ap-northeast-1.amazoncognito.com",
      ruleDomain: "example-login",
      pendingRecords: [],
    });
    expect(declared.all(RECORD)).toEqual([]);
  });

  test("is our own with our certificate, and in Route 53 for IPv4 and IPv6", async () => {
    const declared = await declareDomain({ ...custom, hostedZoneId: "Z123" });
    expect(declared.one(DOMAIN).inputs).toMatchObject({
      domain: "login.example.com",
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
      managedLoginVersion: 2,
    });
    expect(declared.all(RECORD).map(({ inputs }) => inputs.type)).toEqual(["A", "AAAA"]);
    for (const record of declared.all(RECORD)) {
      expect(record.inputs).toMatchObject({
        zoneId: "Z123",
        name: "login.example.com",
        aliases: [
          { name: "d111111abcdef8.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false },
        ],
      });
    }
    expect(declared.outputs).toEqual({
      host: "login.example.com",
      ruleDomain: "login.example.com",
      pendingRecords: [],
    });
  });

  test("says which record to make at another DNS provider", async () => {
    const declared = await declareDomain(custom);
    expect(declared.all(RECORD)).toEqual([]);
    expect(declared.outputs.pendingRecords).toEqual([
      { name: "login.example.com", type: "CNAME", value: "d111111abcdef8.cloudfront.net" },
    ]);
  });

  test("gives a style to each client whose users see the pages, for without one there are no pages", async () => {
    const style = (await declareDomain(custom)).one(STYLE);
    expect(style.name).toBe("sign-in-style-web");
    expect(style.inputs).toEqual({
      userPoolId: "pool",
      clientId: "id-of-web",
      useCognitoProvidedValues: true,
    });
  });

  test("gives a style to a command line with a browser, too", async () => {
    const declared = await declareDomain(custom, {}, {}, true);
    expect(declared.all(STYLE).map(({ name }) => name)).toEqual(["sign-in-style-web", "sign-in-style-cli"]);
  });

  test("gives a style to the generation beside the one in use, before anybody is sent to its pages", async () => {
    const declared = await declareDomain(custom, {}, { 2: pulumi.output("id-of-web_2") });
    expect(declared.all(STYLE).map(({ name, inputs }) => [name, inputs.clientId])).toEqual([
      ["sign-in-style-web", "id-of-web"],
      ["sign-in-style-web_2", "id-of-web_2"],
    ]);
  });

  test("has the classic pages in the lite tier, where Cognito refuses managed login and its styles", async () => {
    const declared = await declareDomain(custom, { tier: "lite" });
    expect(declared.one(DOMAIN).inputs.managedLoginVersion).toBe(1);
    expect(declared.all(STYLE)).toEqual([]);
    expect((await declareDomain(custom, { tier: "plus" })).one(DOMAIN).inputs.managedLoginVersion).toBe(2);
  });

  test("takes the old domain and style away before new ones come, because there can only be one", async () => {
    const declared = await declareDomain(custom);
    for (const type of [DOMAIN, STYLE]) {
      expect(declared.one(type).options).toMatchObject({ deleteBeforeReplace: true, retainOnDelete: false });
    }
  });

  test("is another one for a second generation, so that the first keeps its own until it is dropped", async () => {
    const declared = await declareDomain({ kind: "prefix", prefix: "example-login-2" }, { generation: 2 });
    expect(declared.one(DOMAIN).name).toBe("sign-in-domain-g2");
    expect(declared.one(STYLE).name).toBe("sign-in-style-web-g2");
  });
});
