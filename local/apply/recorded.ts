import { textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { hexOf, recordMaker } from "./record-maker.ts";
import { recordedAlarms } from "./recorded-alarms.ts";
import { recordedAudit } from "./recorded-audit.ts";
import { recordedBuilds } from "./recorded-builds.ts";
import { recordedWaf } from "./recorded-waf.ts";

/**
 * Resources that no runbook reads and the local AWS does not need, by type: the program gets ids and outputs that
 * look right, and nothing is made. Every type is listed by hand, so that a new one is a decision.
 */
export const recordedMakers: Makers = {
  "aws:route53/record:Record": recordMaker(({ inputs }) => ({
    id: [textOf(inputs, "zoneId"), textOf(inputs, "name"), textOf(inputs, "type")].join("_"),
    outputs: { fqdn: textOf(inputs, "name") },
  })),
  ...recordedAlarms,
  ...recordedAudit,
  ...recordedBuilds,
  ...recordedWaf,
  "aws:ec2/securityGroup:SecurityGroup": recordMaker(async (target) => {
    const id = `sg-${hexOf(target)}`;
    const owner = await target.aws.account();
    const arn = `arn:aws:ec2:${target.aws.region}:${owner}:security-group/${id}`;
    return { id, outputs: { arn, ownerId: owner, name: textOf(target.inputs, "name") || target.name } };
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(),
};

function securityGroupRule(): Maker {
  return recordMaker(async (target) => {
    const id = `sgr-${hexOf(target)}`;
    const arn = `arn:aws:ec2:${target.aws.region}:${await target.aws.account()}:security-group-rule/${id}`;
    return { id, outputs: { arn, securityGroupRuleId: id } };
  });
}
