import { expect, test } from "vitest";
import { readEmailOperation, readPathName } from "../../../local/gateway/email-operation.ts";

test.each([
  ["POST", "/v2/email/identities", "CreateEmailIdentity"],
  ["POST", "/v2/email/list-identities", "ListEmailIdentities"],
  ["GET", "/v2/email/identities/example.com", "GetEmailIdentity"],
  ["GET", "/v2/email/identities/mail-from", "GetEmailIdentity"],
  ["PUT", "/v2/email/identities/example.com/mail-from", "PutEmailIdentityMailFromAttributes"],
  ["DELETE", "/v2/email/identities/example.com", "DeleteEmailIdentity"],
  ["GET", "/v2/email/account", "GetAccount"],
  ["POST", "/v2/email/configuration-sets", "CreateConfigurationSet"],
  ["POST", "/v2/email/outbound-emails", undefined],
])("calls %s %s by AWS's name, %s", (method, path, operation) => {
  expect(readEmailOperation(method, path)).toBe(operation);
});

test("reads an address out of a path", () => {
  expect(readPathName("/v2/email/identities/support%40example.com")).toBe("support@example.com");
  expect(readPathName("/v2/email/identities")).toBe("");
});
