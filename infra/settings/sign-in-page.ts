import { z } from "zod";
import { certificateArn, domainName, hostedZoneId } from "./formats.ts";
import { group, notOffered, textThat } from "./schema.ts";

/** `sekisho:signInPage`: where managed login lives. */
export type SignInPageSettings =
  | { kind: "prefix"; prefix: string }
  | { kind: "custom"; domain: string; certificateArn: string; hostedZoneId?: string };

export function signInPageSchema() {
  return group({
    domainPrefix: textThat(
      isPrefix,
      "1 to 63 lower-case letters, digits and hyphens without the words aws, amazon and cognito",
    ).optional(),
    domain: domainName().optional(),
    certificateArn: certificateArn().optional(),
    hostedZoneId: hostedZoneId().optional(),
    branding: notOffered(),
  }).transform((input, context): SignInPageSettings => {
    const { domainPrefix: prefix, domain, certificateArn: certificate, hostedZoneId: zone } = input;
    const refuse = (message: string, ...path: string[]) =>
      context.addIssue({ code: "custom", path, message });
    if ((prefix === undefined) === (domain === undefined)) {
      refuse("needs either domainPrefix or domain, and not both");
      return z.NEVER;
    }
    if (prefix !== undefined && certificate !== undefined) {
      refuse("only goes with domain; a prefix has Amazon's certificate", "certificateArn");
    }
    if (prefix !== undefined && zone !== undefined) refuse("only goes with domain", "hostedZoneId");
    if (domain !== undefined && certificate === undefined) {
      refuse("is missing; give the ARN of a certificate in ACM for the domain", "certificateArn");
    }
    if (prefix !== undefined) return { kind: "prefix", prefix };
    return {
      kind: "custom",
      domain: domain ?? "",
      certificateArn: certificate ?? "",
      ...(zone === undefined ? {} : { hostedZoneId: zone }),
    };
  });
}

// The words are Amazon's own (Amazon Cognito Developer Guide, Using the Amazon Cognito prefix domain).
function isPrefix(value: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value) && !/aws|amazon|cognito/.test(value);
}
