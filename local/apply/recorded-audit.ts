import { textOf } from "./aws-shape.ts";
import type { Makers, Target } from "./maker.ts";
import { recordMaker } from "./record-maker.ts";

/** What the audit of sign-ins is made of beside buckets and log groups; nothing on a laptop signs in or asks. */
export const recordedAudit: Makers = {
  "aws:athena/workgroup:Workgroup": recordMaker(async (target) => {
    const id = nameOf(target);
    return { id, outputs: { arn: await arnOf(target, "athena", `workgroup/${id}`) } };
  }),
  "aws:cloudtrail/trail:Trail": recordMaker(async (target) => {
    const arn = await arnOf(target, "cloudtrail", `trail/${nameOf(target)}`);
    return { id: arn, outputs: { arn, homeRegion: target.aws.region } };
  }),
  "aws:glue/catalogDatabase:CatalogDatabase": recordMaker(async (target) => {
    const catalogId = await target.aws.account();
    const arn = await arnOf(target, "glue", `database/${nameOf(target)}`);
    return { id: `${catalogId}:${nameOf(target)}`, outputs: { arn, catalogId } };
  }),
  "aws:glue/catalogTable:CatalogTable": recordMaker(async (target) => {
    const catalogId = await target.aws.account();
    const database = textOf(target.inputs, "databaseName");
    const arn = await arnOf(target, "glue", `table/${database}/${nameOf(target)}`);
    return { id: `${catalogId}:${database}:${nameOf(target)}`, outputs: { arn, catalogId } };
  }),
  "aws:s3/bucketLogging:BucketLogging": recordMaker(({ inputs }) => ({
    id: textOf(inputs, "bucket"),
    outputs: {},
  })),
};

function nameOf({ inputs }: Target): string {
  return textOf(inputs, "name");
}

async function arnOf({ aws }: Target, service: string, resource: string): Promise<string> {
  return `arn:aws:${service}:${aws.region}:${await aws.account()}:${resource}`;
}
