import { z } from "zod";
import { arn, clientId, text, userPoolId } from "./primitives.ts";

const mail = z.object({
  Subject: z.string().min(1).max(140),
  HtmlBody: z.string().min(6).max(20_000).optional(),
  TextBody: z.string().min(6).max(20_000).optional(),
});

const takeoverAction = z.object({
  Notify: z.boolean(),
  EventAction: z.enum(["BLOCK", "MFA_IF_CONFIGURED", "MFA_REQUIRED", "NO_ACTION"]),
});

const addressRanges = z.array(text).max(200).optional();

export const setRiskConfiguration = z.object({
  UserPoolId: userPoolId,
  ClientId: clientId.optional(),
  CompromisedCredentialsRiskConfiguration: z
    .object({
      EventFilter: z.array(z.enum(["SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP"])).optional(),
      Actions: z.object({ EventAction: z.enum(["BLOCK", "NO_ACTION"]) }),
    })
    .optional(),
  AccountTakeoverRiskConfiguration: z
    .object({
      NotifyConfiguration: z
        .object({
          From: text.optional(),
          ReplyTo: text.optional(),
          SourceArn: arn,
          BlockEmail: mail.optional(),
          NoActionEmail: mail.optional(),
          MfaEmail: mail.optional(),
        })
        .optional(),
      Actions: z.object({
        LowAction: takeoverAction.optional(),
        MediumAction: takeoverAction.optional(),
        HighAction: takeoverAction.optional(),
      }),
    })
    .optional(),
  RiskExceptionConfiguration: z
    .object({ BlockedIPRangeList: addressRanges, SkippedIPRangeList: addressRanges })
    .optional(),
});
