import { createHash } from "node:crypto";
import { textOf } from "./aws-shape.ts";
import type { Makers, Target } from "./maker.ts";
import { recordMaker } from "./record-maker.ts";

/** What guards the sign-in page: nothing on a laptop stands between a browser and the local AWS. */
export const recordedWaf: Makers = {
  "aws:wafv2/ipSet:IpSet": recordMaker((target) => namedInRegion(target, "ipset")),
  "aws:wafv2/webAcl:WebAcl": recordMaker((target) => namedInRegion(target, "webacl")),
  "aws:wafv2/webAclAssociation:WebAclAssociation": recordMaker(({ inputs }) => ({
    id: `${textOf(inputs, "webAclArn")},${textOf(inputs, "resourceArn")}`,
    outputs: {},
  })),
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": recordMaker(({ inputs }) => ({
    id: textOf(inputs, "resourceArn"),
    outputs: {},
  })),
};

async function namedInRegion(target: Target, kind: string) {
  const { aws, type, name, inputs } = target;
  const digits = createHash("sha256").update(`${type} ${name} ${aws.region}`).digest("hex");
  const id = [8, 12, 16, 20, 32].map((end, place, ends) => digits.slice(ends[place - 1] ?? 0, end)).join("-");
  const resource = `regional/${kind}/${textOf(inputs, "name") || name}/${id}`;
  const arn = `arn:aws:wafv2:${aws.region}:${await aws.account()}:${resource}`;
  return { id, outputs: { arn, name: textOf(inputs, "name") || name } };
}
