import { describe, expect, test } from "vitest";
import { recordedMakers } from "../../../local/apply/recorded.ts";
import { findMaker } from "./find-maker.ts";
import { altered, existing, scriptedAws, target } from "./scripted-aws.ts";

describe("resources that are only recorded", () => {
  test.each(Object.keys(recordedMakers))("never reach AWS: %s", async (type) => {
    const { aws, calls } = scriptedAws();
    const maker = findMaker(type);
    const id = await maker.create(target(aws, { name: "n" }));
    await maker.update(altered(aws, id, [{}, {}]));
    await maker.delete(existing(aws, id));
    expect(calls).toEqual([]);
    expect(maker.isRecorded).toBe(true);
  });

  test("look to the program as the provider would show them", async () => {
    const { aws } = scriptedAws();
    const record = findMaker("aws:route53/record:Record");
    const inputs = { zoneId: "Z1", name: "mail.example.com", type: "MX" };
    await expect(record.create(target(aws, inputs))).resolves.toBe("Z1_mail.example.com_MX");
    await expect(record.read(existing(aws, "x", inputs))).resolves.toEqual({ fqdn: "mail.example.com" });
    const acl = findMaker("aws:wafv2/webAcl:WebAcl");
    const aclId = await acl.create(target(aws, { name: "guard-1a2b3c4" }));
    expect(aclId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await expect(acl.read(existing(aws, aclId, { name: "guard-1a2b3c4" }))).resolves.toEqual({
      arn: `arn:aws:wafv2:ap-northeast-1:123456789012:regional/webacl/guard-1a2b3c4/${aclId}`,
      name: "guard-1a2b3c4",
    });
    const group = findMaker("aws:ec2/securityGroup:SecurityGroup");
    const id = await group.create(target(aws));
    expect(id).toMatch(/^sg-[0-9a-f]{17}$/);
    await expect(group.read(existing(aws, id))).resolves.toEqual({
      arn: `arn:aws:ec2:ap-northeast-1:123456789012:security-group/${id}`,
      name: "one",
      ownerId: "123456789012",
    });
  });
});
