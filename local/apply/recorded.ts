import { createHash } from "node:crypto";
import type { PropertyMap } from "../engine/property-values.ts";
import { textOf } from "./aws-shape.ts";
import type { Maker, Makers, Target } from "./maker.ts";

/** What the provider would have added to a resource that is only noted down. */
type Invention = (
  target: Target,
) => Promise<{ id: string; outputs: PropertyMap }> | { id: string; outputs: PropertyMap };

/**
 * Resources that no runbook reads and the local AWS does not need, by type: the program gets ids and outputs that
 * look right, and nothing is made. Every type is listed by hand, so that a new one is a decision.
 */
export const recordedMakers: Makers = {
  "aws:route53/record:Record": recordMaker(({ inputs }) => ({
    id: [textOf(inputs, "zoneId"), textOf(inputs, "name"), textOf(inputs, "type")].join("_"),
    outputs: { fqdn: textOf(inputs, "name") },
  })),
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

function recordMaker(invent: Invention): Maker {
  return {
    isRecorded: true,
    create: async (target) => (await invent(target)).id,
    read: async (existing) => (await invent(existing)).outputs,
    update: async () => {},
    delete: async () => {},
  };
}

/** Seventeen hexadecimal digits, as EC2 has them; always the same for the same name in a Region. */
function hexOf({ type, name, aws }: Target): string {
  return createHash("sha256").update(`${type} ${name} ${aws.region}`).digest("hex").slice(0, 17);
}
