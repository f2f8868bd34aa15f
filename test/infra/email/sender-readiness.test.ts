import { describe, expect, test } from "vitest";
import {
  type GetEmailIdentity,
  lookUpSender,
  SenderLookUpError,
} from "../../../infra/email/sender-readiness.ts";

const domain = "example.com";

function answers(verifiedForSendingStatus: boolean): GetEmailIdentity {
  return async ({ emailIdentity }) => {
    if (emailIdentity !== domain) throw new Error(`asked for ${emailIdentity}`);
    return { verifiedForSendingStatus };
  };
}

function fails(message: string): GetEmailIdentity {
  return async () => {
    throw new Error(message);
  };
}

/** What a provider's failure looks like once the engine has handed it on. */
function invokeFailure(reason: string): string {
  const token = "aws:sesv2/getEmailIdentity:getEmailIdentity";
  return `invocation of ${token} returned an error: invoking ${token}: 1 error occurred:\n\t* reading SESv2 (Simple Email V2) Email Identity (${domain}): ${reason}\n\n`;
}

describe("whether the stack may go on behind its e-mail sender", () => {
  test("asks nobody when the deployment makes the DNS records itself: it waits for SES then", async () => {
    const readiness = await lookUpSender(
      { domain, hostedZoneId: "Z0123456789ABC" },
      { isDeployed: false },
      fails("must not be asked"),
    );
    expect(readiness).toEqual({ isReady: true });
  });

  test("goes on when SES has verified the domain", async () => {
    expect(await lookUpSender({ domain }, { isDeployed: false }, answers(true))).toEqual({ isReady: true });
  });

  const stop = {
    isReady: false,
    message:
      "Amazon SES has not verified example.com yet, so only the e-mail sender is deployed now. Create the records of " +
      "the output dnsRecordsToCreate in your DNS, wait until SES has found them (minutes, at most 72 hours), " +
      "then deploy again for the rest.",
  };
  test.each<[string, GetEmailIdentity]>([
    ["is not there yet", fails(invokeFailure("couldn't find resource"))],
    [
      "is not there yet, in AWS's own words",
      fails(
        invokeFailure(
          "operation error SESv2: GetEmailIdentity, https response error StatusCode: 404, RequestID: 1, " +
            "NotFoundException: Email identity example.com does not exist.",
        ),
      ),
    ],
    ["is not verified yet", answers(false)],
  ])("a first deployment stops, with a sentence what to do, while the identity %s", async (_, identity) => {
    expect(await lookUpSender({ domain }, { isDeployed: false }, identity)).toEqual(stop);
  });

  test.each<[string, GetEmailIdentity]>([
    ["missing", fails(invokeFailure("couldn't find resource"))],
    ["unverified", answers(false)],
  ])(
    "a stack that stands goes on while the identity is %s: stopping would tear the rest down",
    async (state, identity) => {
      expect(await lookUpSender({ domain }, { isDeployed: true }, identity)).toEqual({
        isReady: true,
        message:
          `Amazon SES does not send for example.com: its identity is ${state}. Codes and invitations by mail fail ` +
          "until the records of the output dnsRecordsToCreate are in DNS, and Cognito refuses changes to the pool.",
      });
    },
  );

  test.each([
    [
      "no rights",
      invokeFailure(
        "operation error SESv2: GetEmailIdentity, https response error StatusCode: 403, RequestID: 1, api error " +
          "AccessDeniedException: User: arn:aws:iam::123456789012:user/ops is not authorized to perform: ses:GetEmailIdentity",
      ),
    ],
    ["no credentials", "No valid credential sources found"],
    ["a Region without SES", invokeFailure("lookup email.ap-east-9.amazonaws.com: no such host")],
    ["an end of the engine", "Resource monitor is terminating"],
    ["a failure without words", ""],
  ])("never takes %s for an identity that is not there", async (_, text) => {
    for (const isDeployed of [false, true]) {
      const failing = lookUpSender({ domain }, { isDeployed }, fails(text));
      await expect(failing).rejects.toThrow(SenderLookUpError);
      await expect(failing).rejects.toMatchObject({ cause: { message: text } });
    }
  });

  test("says in one line what could not be read, and what to do", async () => {
    const failing = lookUpSender(
      { domain },
      { isDeployed: false },
      fails("1 error occurred:\n\t* access denied.\n"),
    );
    await expect(failing).rejects.toThrow(
      expect.objectContaining({
        message:
          "Cannot tell whether Amazon SES has verified example.com: 1 error occurred: * access denied. " +
          "See that the deploying role may call ses:GetEmailIdentity in this Region, then deploy again.",
      }),
    );
  });
});
