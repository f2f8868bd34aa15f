import { describe, expect, test } from "vitest";
import { call, createPool, faultOf, openModel } from "./strict-model.ts";

const LogGroupArn = "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/vendedlogs/cognito/dev";

describe("a user pool's log delivery", () => {
  test("is refused for a log group with a key of one's own, which Cognito could not write to", async () => {
    const asked: string[] = [];
    const model = openModel(undefined, 1, {
      isEncryptedLogGroup: async (arn) => {
        asked.push(arn);
        return true;
      },
    });
    const UserPoolId = await createPool(model);
    const errors = { EventSource: "userNotification", LogLevel: "ERROR" };
    const set = () =>
      call(model, "SetLogDeliveryConfiguration", {
        UserPoolId,
        LogConfigurations: [{ ...errors, CloudWatchLogsConfiguration: { LogGroupArn } }],
      });
    const fault = await faultOf(set());
    expect(fault.code).toBe("InvalidParameterException");
    expect(fault.message).toBe(
      `The log group ${LogGroupArn} must not be encrypted with AWS Key Management Service.`,
    );
    expect(asked).toEqual([LogGroupArn]);
    expect(await call(model, "GetLogDeliveryConfiguration", { UserPoolId })).toEqual({
      LogDeliveryConfiguration: { UserPoolId, LogConfigurations: [] },
    });
  });
});
