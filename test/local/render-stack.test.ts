import { expect, test } from "vitest";
import { renderStack } from "../../local/render-stack.ts";
import { sampleConfig } from "../support/sample-settings.ts";

test("renders a stack that asks AWS everything the program ever asks: live secrets, and the web ACL of others", async () => {
  const { registrations } = await renderStack({
    stack: "dev",
    region: "ap-northeast-1",
    config: sampleConfig([["routes", "authenticate"], "oidc"], [["guard", "loadBalancer"], "count"]),
  });
  const actions = registrations.flatMap(({ inputs }) => inputs.actions ?? []);
  expect(actions).toContainEqual(
    expect.objectContaining({
      type: "authenticate-oidc",
      authenticateOidc: expect.objectContaining({
        clientSecret: expect.stringMatching(/^live secret of ./),
      }),
    }),
  );
  const guarded = registrations
    .filter(({ type }) => type === "aws:wafv2/webAclAssociation:WebAclAssociation")
    .map(({ inputs }) => inputs.resourceArn);
  expect(guarded).toContain(
    "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/example/0123456789abcdef",
  );
}, 120_000);
