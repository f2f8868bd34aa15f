import { describe, expect, it } from "vitest";
import { readSample } from "../../support/sample-settings.ts";
import { describeRefusals } from "../../support/settings-refusals.ts";

const NOT_OFFERED = "is not offered (docs/decisions.md says why); take it out of the stack file";

describeRefusals("the sign-in page", [
  [
    "a prefix with Amazon's own word",
    [[["signInPage", "domainPrefix"], "my-cognito"]],
    "sekisho:signInPage.domainPrefix",
    'must be 1 to 63 lower-case letters, digits and hyphens without the words aws, amazon and cognito, not "my-cognito"',
  ],
  [
    "a prefix and a domain",
    [
      [["signInPage", "domain"], "login.example.com"],
      [["signInPage", "certificateArn"], "arn:aws:acm:us-east-1:123456789012:certificate/1111"],
    ],
    "sekisho:signInPage",
    "needs either domainPrefix or domain, and not both",
  ],
  [
    "a domain without a certificate",
    [[["signInPage"], { domain: "login.example.com" }]],
    "sekisho:signInPage.certificateArn",
    "is missing; give the ARN of a certificate in ACM for the domain",
  ],
  [
    "a domain's certificate in Tokyo",
    [
      [
        ["signInPage"],
        {
          domain: "login.example.com",
          certificateArn: "arn:aws:acm:ap-northeast-1:123456789012:certificate/1111",
        },
      ],
    ],
    "sekisho:signInPage.certificateArn",
    "is a certificate in ap-northeast-1; Cognito takes one from us-east-1 only, so request it there",
  ],
  ["branding", [[["signInPage", "branding"], {}]], "sekisho:signInPage.branding", NOT_OFFERED],
]);

describe("no sign-in page", () => {
  it("is refused wherever something needs one", () => {
    expect(readSample([["signInPage"], undefined])).toEqual({
      faults: [
        {
          path: "sekisho:clients.batch.kind",
          message: "is machine, which gets its tokens from the pool's domain; add sekisho:signInPage",
        },
        {
          path: "sekisho:clients.web.kind",
          message: "is alb, which gets its tokens from the pool's domain; add sekisho:signInPage",
        },
        {
          path: "sekisho:routes.rules[3].then",
          message: "is sign-in, but there is no page to sign in on; add sekisho:signInPage",
        },
      ],
    });
  });
});
