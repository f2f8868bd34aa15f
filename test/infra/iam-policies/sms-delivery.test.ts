import { describe, expect, test } from "vitest";
import { smsDeliveryPolicy, smsDeliveryTrust } from "../../../infra/iam-policies/sms-delivery.ts";

describe("the role that notes down SMS deliveries", () => {
  test("can be taken by SNS on behalf of this account only", () => {
    expect(smsDeliveryTrust({ account: "123456789012" })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "SnsLogsDeliveriesOfThisAccount",
          Effect: "Allow",
          Principal: { Service: ["sns.amazonaws.com"] },
          Action: ["sts:AssumeRole"],
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });

  test("can write the delivery logs and no other log", () => {
    const logGroups = ["sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber"];
    const arn =
      "arn:aws:logs:ap-northeast-1:123456789012:log-group:sns/ap-northeast-1/123456789012/DirectPublishToPhoneNumber";
    expect(smsDeliveryPolicy({ account: "123456789012", region: "ap-northeast-1", logGroups })).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "WriteDeliveryLogs",
          Effect: "Allow",
          Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [arn, `${arn}:*`],
        },
      ],
    });
  });
});
