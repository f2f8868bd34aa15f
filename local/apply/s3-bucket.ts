import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
} from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3/bucket.js";
import type { AwsClients } from "./aws-clients.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, textOf } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { compareTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["NoSuchBucket", "NotFound"];

const bucket: Maker = {
  autoName: { property: "bucket", longest: 63 },
  async create({ inputs, aws }) {
    const Bucket = textOf(inputs, "bucket");
    await aws.s3.send(
      new CreateBucketCommand({
        Bucket,
        ObjectLockEnabledForBucket: inputsAs<BucketArgs>(inputs).objectLockEnabled,
        ...placement(aws.region),
      }),
    );
    const tags = tagsOf(inputs);
    if (Object.keys(tags).length > 0) await putTags(aws.s3, Bucket, tags);
    return Bucket;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.s3.send(new HeadBucketCommand({ Bucket: id })));
    return (
      found && {
        arn: `arn:aws:s3:::${id}`,
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegion: aws.region,
        bucketRegionalDomainName: `${id}.s3.${aws.region}.amazonaws.com`,
      }
    );
  },
  async update({ id: Bucket, inputs, before, aws }) {
    const tags = tagsOf(inputs);
    const { set, gone } = compareTags(tagsOf(before), tags);
    if (Object.keys(tags).length === 0) await aws.s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    else if (Object.keys(set).length + gone.length > 0) await putTags(aws.s3, Bucket, tags);
  },
  async delete({ id: Bucket, outputs, aws }) {
    await unless(GONE, async () => {
      if (inputsAs<BucketArgs>(outputs).forceDestroy) await emptyBucket(aws.s3, Bucket);
      await aws.s3.send(new DeleteBucketCommand({ Bucket }));
    });
  },
};

export const bucketMakers: Makers = { "aws:s3/bucket:Bucket": bucket };

/** us-east-1 must not be named (Amazon S3 API Reference, CreateBucket). */
function placement(region: string): Pick<CreateBucketCommandInput, "CreateBucketConfiguration"> {
  if (region === "us-east-1") return {};
  type Constraint = NonNullable<CreateBucketCommandInput["CreateBucketConfiguration"]>["LocationConstraint"];
  return { CreateBucketConfiguration: { LocationConstraint: region as Constraint } };
}

async function putTags(
  client: AwsClients["s3"],
  Bucket: string,
  tags: Record<string, string>,
): Promise<void> {
  await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: tagList(tags) } }));
}

/** Deletes every version and every delete marker. */
async function emptyBucket(client: AwsClients["s3"], Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const entries = [...Versions, ...DeleteMarkers];
    if (entries.length === 0) return;
    for (const { Key, VersionId } of entries) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true }));
    }
  }
}
