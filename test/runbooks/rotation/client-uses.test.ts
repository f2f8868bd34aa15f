import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { type DescribedListener, findClientUses, issuerOf } from "../../../runbooks/rotation/client-uses.ts";

const POOL = "ap-northeast-1_Ab12Cd34E";
const CLIENT = { clientId: "web123", userPoolId: POOL, issuer: issuerOf("ap-northeast-1", POOL) };

const forward: Action = { Type: "forward", Order: 2, TargetGroupArn: "arn:targets" };
const cognito = (UserPoolClientId: string, pool = POOL): Action => ({
  Type: "authenticate-cognito",
  AuthenticateCognitoConfig: {
    UserPoolArn: `arn:aws:cognito-idp:ap-northeast-1:123456789012:userpool/${pool}`,
    UserPoolClientId,
    UserPoolDomain: "example",
  },
});
const oidc = (ClientId: string, Issuer = CLIENT.issuer): Action => ({
  Type: "authenticate-oidc",
  AuthenticateOidcConfig: {
    Issuer,
    ClientId,
    AuthorizationEndpoint: "https://a",
    TokenEndpoint: "https://t",
    UserInfoEndpoint: "https://u",
  },
});
const jwt = (values: string[], Issuer = CLIENT.issuer, Name = "client_id"): Action => ({
  Type: "jwt-validation",
  JwtValidationConfig: {
    Issuer,
    JwksEndpoint: "https://keys",
    AdditionalClaims: [
      { Name: "token_use", Format: "single-string", Values: ["access"] },
      { Name, Format: "single-string", Values: values },
    ],
  },
});
const listener = (values: Partial<DescribedListener>): DescribedListener => ({
  listenerArn: "arn:listener",
  balancer: "front",
  defaultActions: [forward],
  rules: [],
  ...values,
});
const kindsIn = (actions: Action[]) =>
  findClientUses([listener({ rules: [{ ruleArn: "arn:rule", priority: "7", actions }] })], CLIENT).map(
    ({ kind }) => kind,
  );

describe("the uses of a client at load balancers", () => {
  it.each<[string, Action[], string[]]>([
    ["authenticate-cognito with the client", [cognito("web123"), forward], ["authenticate-cognito"]],
    ["authenticate-cognito with another client", [cognito("other"), forward], []],
    ["authenticate-cognito with another pool", [cognito("web123", "ap-northeast-1_Other"), forward], []],
    ["authenticate-oidc with the client", [oidc("web123"), forward], ["authenticate-oidc"]],
    ["authenticate-oidc with another client", [oidc("other"), forward], []],
    ["authenticate-oidc of another issuer", [oidc("web123", "https://idp.example.com"), forward], []],
    ["jwt-validation that asks for the client", [jwt(["other", "web123"]), forward], ["jwt-validation"]],
    ["jwt-validation that asks for others", [jwt(["other"]), forward], []],
    ["jwt-validation of another issuer", [jwt(["web123"], "https://idp.example.com"), forward], []],
    ["jwt-validation with its id as another claim", [jwt(["web123"], CLIENT.issuer, "scope"), forward], []],
    ["an action that only forwards", [forward], []],
    ["an action without what belongs to it", [{ Type: "authenticate-oidc" }, forward], []],
  ])("%s", (_, actions, kinds) => {
    expect(kindsIn(actions)).toEqual(kinds);
  });

  it("tell where each is, default actions too", () => {
    const uses = findClientUses(
      [
        listener({ rules: [{ ruleArn: "arn:rule/1", priority: "10", actions: [oidc("web123"), forward] }] }),
        listener({
          listenerArn: "arn:listener/2",
          balancer: "back",
          defaultActions: [oidc("web123"), forward],
        }),
      ],
      CLIENT,
    );
    expect(uses).toEqual([
      {
        kind: "authenticate-oidc",
        ruleArn: "arn:rule/1",
        listenerArn: "arn:listener",
        where: "front, rule 10",
      },
      {
        kind: "authenticate-oidc",
        ruleArn: undefined,
        listenerArn: "arn:listener/2",
        where: "back, default action",
      },
    ]);
  });
});
