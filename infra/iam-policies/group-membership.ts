import { type PolicyDocument, policyDocument } from "../policy-document.ts";

/** What the function that gives the first group may do: add users to groups of these pools. */
export function groupMembershipPolicy(userPoolArns: string[]): PolicyDocument {
  return policyDocument([
    {
      Sid: "AddToGroup",
      Effect: "Allow",
      Action: ["cognito-idp:AdminAddUserToGroup"],
      Resource: userPoolArns,
    },
  ]);
}
