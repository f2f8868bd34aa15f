import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CertificateReader, checkCertificates } from "../../../infra/deployment/certificate-check.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

const PEM = readFileSync(new URL("../../fixtures/certificates/app.example.com.pem", import.meta.url), "utf8");
const VIRGINIA = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
const TOKYO = "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
const PAGE = "sekisho:signInPage.certificateArn";

interface Listed {
  arn: string;
  domain: string;
  status: string;
  certificate: string;
}

const issued = (arn: string, domain: string): Listed => ({ arn, domain, status: "ISSUED", certificate: PEM });

/** ACM with these certificates, answering as the provider does. */
function acm(...listed: Listed[]): CertificateReader {
  return {
    getCertificate: async ({ domain, statuses, region }) => {
      const found = listed.find(
        (one) => one.domain === domain && statuses.includes(one.status) && one.arn.includes(`:${region}:`),
      );
      if (!found)
        throw new Error(`invoking aws:acm/getCertificate: no ACM Certificate matching domain (${domain})`);
      return found;
    },
  };
}

function pageOn(domain: string): ReturnType<typeof goodSettings> {
  return goodSettings([["signInPage"], { domain, certificateArn: VIRGINIA }]);
}

function ownListener(...changes: Change[]): ReturnType<typeof goodSettings> {
  return goodSettings(
    [["routes", "listenerArn"], undefined],
    [
      ["routes", "create"],
      {
        vpcId: "vpc-01234567",
        subnetIds: ["subnet-01234567", "subnet-76543210"],
        certificateArn: TOKYO,
      },
    ],
    ...changes,
  );
}

describe("certificates of the stack file", () => {
  it.each([
    ["of the sign-in page, by its own name", pageOn("app.example.com"), issued(VIRGINIA, "app.example.com")],
    [
      "of the sign-in page, by a wildcard",
      pageOn("a.login.example.com"),
      issued(VIRGINIA, "*.login.example.com"),
    ],
    [
      "of the sign-in page, by another first name",
      pageOn("a.login.example.com"),
      issued(VIRGINIA, "login.example.com"),
    ],
    ["of our own load balancer", ownListener(), issued(TOKYO, "app.example.com")],
  ])("are good when issued: that %s", async (_title, settings, certificate) => {
    expect(await checkCertificates(settings, acm(certificate))).toEqual({ faults: [], warnings: [] });
  });

  it.each([
    [
      "that is not validated yet",
      pageOn("app.example.com"),
      { ...issued(VIRGINIA, "app.example.com"), status: "PENDING_VALIDATION", certificate: "" },
      PAGE,
      `is ${VIRGINIA}, which is PENDING_VALIDATION, and AWS takes only one that is ISSUED; finish its validation, or name another`,
    ],
    [
      "that lacks the page's host",
      pageOn("login.example.com"),
      issued(VIRGINIA, "login.example.com"),
      PAGE,
      `is ${VIRGINIA}, which does not cover login.example.com but app.example.com, *.login.example.com; request one for all hosts`,
    ],
    [
      "that lacks a host of the rules",
      ownListener(
        [
          ["clients", "web", "hosts"],
          ["app.example.com", "www.example.com"],
        ],
        [
          ["routes", "rules", 3, "hosts"],
          ["app.example.com", "www.example.com"],
        ],
      ),
      issued(TOKYO, "app.example.com"),
      "sekisho:routes.create.certificateArn",
      `is ${TOKYO}, which does not cover www.example.com but app.example.com, *.login.example.com; request one for all hosts`,
    ],
  ])("refuse one %s", async (_title, settings, certificate, path, message) => {
    expect(await checkCertificates(settings, acm(certificate))).toEqual({
      faults: [{ path, message }],
      warnings: [],
    });
  });

  it("warn of one that ACM does not list under a name of the stack file, or only another one of that name", async () => {
    const other = issued(VIRGINIA.replace("1111", "9999"), "app.example.com");
    for (const reader of [acm(), acm(other)]) {
      expect(await checkCertificates(pageOn("app.example.com"), reader)).toEqual({
        faults: [],
        warnings: [
          {
            path: PAGE,
            message: `is ${VIRGINIA}, which ACM does not list under the names of the stack file; see that it is ISSUED and covers app.example.com: aws acm describe-certificate --region us-east-1 --certificate-arn ${VIRGINIA}`,
          },
        ],
      });
    }
  });

  it("warn of one that cannot be read", async () => {
    const broken = { ...issued(VIRGINIA, "app.example.com"), certificate: "none" };
    const { faults, warnings } = await checkCertificates(pageOn("app.example.com"), acm(broken));
    expect(faults).toEqual([]);
    expect(warnings[0]?.message).toMatch(
      /whose names could not be read \(.+\); see that it covers app\.example\.com$/,
    );
  });

  it("warn when AWS does not answer, and say which right is missing", async () => {
    const reader = {
      getCertificate: async () => Promise.reject(new Error("no right to acm:ListCertificates")),
    };
    expect(await checkCertificates(pageOn("app.example.com"), reader)).toEqual({
      faults: [],
      warnings: [
        {
          path: PAGE,
          message: `is ${VIRGINIA}, and whether it is issued and covers app.example.com could not be checked; see that the deploying role may call acm:ListCertificates, acm:DescribeCertificate, acm:GetCertificate, acm:ListTagsForCertificate. AWS said: no right to acm:ListCertificates`,
        },
      ],
    });
  });

  it("are asked about nobody where Amazon's own certificate serves", async () => {
    const reader = { getCertificate: async () => Promise.reject(new Error("asked")) };
    expect(await checkCertificates(goodSettings(), reader)).toEqual({ faults: [], warnings: [] });
  });
});
