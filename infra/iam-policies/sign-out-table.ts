import { type PolicyDocument, policyDocument } from "../policy-document.ts";

/** What a back end needs in order to refuse tokens from before a sign-out: one item of this table at a time. */
export function readSignOuts(tableArn: string): PolicyDocument {
  return policyDocument([
    { Sid: "ReadSignOuts", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [tableArn] },
  ]);
}
