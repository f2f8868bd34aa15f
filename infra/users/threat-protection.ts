import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings.ts";

/**
 * The pool's add-ons: the plan plus is paid for its threat protection. It only watches, which never locks anybody out;
 * with the preset strict it acts, on custom sign-in flows too (Amazon Cognito Developer Guide, Advanced security with
 * threat protection). Other plans have none.
 */
export function threatProtectionInputs({ users, preset }: Pick<Settings, "users" | "preset">) {
  if (users.tier !== "plus") return {};
  const mode = preset === "strict" ? "ENFORCED" : "AUDIT";
  return {
    userPoolAddOns: {
      advancedSecurityMode: mode,
      advancedSecurityAdditionalFlows: { customAuthMode: mode },
    },
  };
}

export interface ThreatProtectionArgs {
  userPoolId: pulumi.Input<string>;
}

/**
 * What threat protection does with the preset strict: it blocks every sign-in that looks like somebody else's, of low
 * risk too, and passwords that are known from elsewhere. A traveller may be blocked until an administrator helps; nobody
 * is told by mail, because the pool's mails are codes and invitations only.
 */
export class ThreatProtection extends pulumi.ComponentResource {
  constructor(name: string, { userPoolId }: ThreatProtectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ThreatProtection", name, {}, opts);
    const block = { eventAction: "BLOCK", notify: false };
    new aws.cognito.RiskConfiguration(
      `${name}-risk`,
      {
        userPoolId,
        accountTakeoverRiskConfiguration: {
          actions: { lowAction: block, mediumAction: block, highAction: block },
        },
        compromisedCredentialsRiskConfiguration: {
          actions: { eventAction: "BLOCK" },
          eventFilters: ["PASSWORD_CHANGE", "SIGN_IN", "SIGN_UP"],
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
