import {
  type Action,
  CreateRuleCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../../local/gateway.ts";
import { Browser } from "../../../local/rehearsal/browser.ts";
import { signInAgain, signInOnPage, type Visitor } from "../../../local/rehearsal/visitor.ts";
import { openSignInPages, HOST as SIGN_IN_HOST, type SignInPages } from "../../support/sign-in-pages.ts";
import { EMAIL, HOUR, PASSWORD } from "../../support/sign-in-world.ts";

const PAGE = "https://app.example.com/reports";
const LISTENER =
  "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210";
const TARGETS = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:targetgroup/web/0123456789abcdef";

let pages: SignInPages;
let gateway: Gateway;
let elb: ElasticLoadBalancingV2Client;
let browser: Browser;
let rule: string;

beforeEach(async () => {
  pages = await openSignInPages();
  gateway = await startGateway({ cognito: pages.model, now: () => new Date(pages.now()) });
  gateway.services.loadBalancers("ap-northeast-1").seed({ arn: LISTENER, targetGroupArns: [TARGETS] });
  elb = new ElasticLoadBalancingV2Client({
    endpoint: gateway.url,
    region: "ap-northeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const { Rules } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: LISTENER,
      Priority: 10,
      Conditions: [
        { Field: "host-header", HostHeaderConfig: { Values: ["app.example.com"] } },
        { Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24"] } },
      ],
      Actions: askForSignIn(),
    }),
  );
  rule = Rules?.[0]?.RuleArn ?? "";
  browser = new Browser({ endpoint: gateway.url, sourceIp: "203.0.113.7", listenerArn: LISTENER });
});

afterEach(async () => {
  browser.close();
  elb.destroy();
  await gateway.close();
});

function askForSignIn(ClientSecret = pages.clientSecret): Action[] {
  return [
    {
      Type: "authenticate-oidc",
      Order: 1,
      AuthenticateOidcConfig: {
        Issuer: `https://cognito-idp.ap-northeast-1.amazonaws.com/${pages.poolId}`,
        AuthorizationEndpoint: `https://${SIGN_IN_HOST}/oauth2/authorize`,
        TokenEndpoint: `https://${SIGN_IN_HOST}/oauth2/token`,
        UserInfoEndpoint: `https://${SIGN_IN_HOST}/oauth2/userInfo`,
        ClientId: pages.clientId,
        ClientSecret,
      },
    },
    { Type: "forward", Order: 2, TargetGroupArn: TARGETS },
  ];
}

const visitor = (password = PASSWORD): Visitor => ({
  email: EMAIL,
  phoneNumber: "",
  password,
  readMessages: async () => [],
});

describe("a visitor of the application behind the load balancer", () => {
  test("signs in on the page with a password, and is known there from then on", async () => {
    expect(await signInOnPage(browser, PAGE, visitor())).toBe(SIGN_IN_HOST);
    for (let times = 0; times < 3; times++) {
      expect(await signInAgain(browser, SIGN_IN_HOST, PAGE)).toEqual({
        kind: "signed-in",
        at: "app.example.com/reports with 200",
      });
    }
  });

  test("is told where the sign-in ended when the password is wrong", async () => {
    await expect(signInOnPage(browser, PAGE, visitor("Wrong-horse-7"))).rejects.toThrow(
      `${SIGN_IN_HOST}/login`,
    );
  });

  test("is told when no rule asks for a sign-in from where they are", async () => {
    const elsewhere = new Browser({ endpoint: gateway.url, sourceIp: "192.0.2.1", listenerArn: LISTENER });
    await expect(signInOnPage(elsewhere, PAGE, visitor())).rejects.toThrow(
      "The sign-in ended at app.example.com/reports with",
    );
    elsewhere.close();
  });

  test("fails, and is not taken for interrupted, where the load balancer has a dead secret", async () => {
    await signInOnPage(browser, PAGE, visitor());
    await elb.send(new ModifyRuleCommand({ RuleArn: rule, Actions: askForSignIn("dead") }));
    expect(await signInAgain(browser, SIGN_IN_HOST, PAGE)).toEqual({
      kind: "failed",
      at: "app.example.com/oauth2/idpresponse with 561 (AuthTokenEpRequestFailed)",
    });
  });

  test("has to give the password again when the page has forgotten them", async () => {
    await signInOnPage(browser, PAGE, visitor());
    pages.pass(HOUR + 1);
    expect(await signInAgain(browser, SIGN_IN_HOST, PAGE)).toEqual({
      kind: "failed",
      at: `${SIGN_IN_HOST}/login with 200`,
    });
  });
});
