import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, outputsOf, textOf } from "./aws-shape.ts";
import { zipCode } from "./function-code.ts";
import type { Maker, Makers } from "./maker.ts";

const GONE = ["NoSuchBucket", "NoSuchKey", "NotFound"];

const bucketObject: Maker = {
  async create({ inputs, aws }) {
    await aws.s3.send(new PutObjectCommand(objectInput(inputs)));
    return `${textOf(inputs, "bucket")}/${textOf(inputs, "key")}`;
  },
  async read({ outputs, aws }) {
    const found = await unless(GONE, () => aws.s3.send(new HeadObjectCommand(objectKey(outputs))));
    return (
      found &&
      outputsOf({
        arn: `arn:aws:s3:::${textOf(outputs, "bucket")}/${textOf(outputs, "key")}`,
        etag: found.ETag?.replaceAll('"', ""),
        versionId: found.VersionId,
      })
    );
  },
  async update({ inputs, aws }) {
    await aws.s3.send(new PutObjectCommand(objectInput(inputs)));
  },
  async delete({ outputs, aws }) {
    await unless(GONE, () => aws.s3.send(new DeleteObjectCommand(objectKey(outputs))));
  },
};

export const objectMakers: Makers = { "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject };

function objectKey(values: PropertyMap) {
  return { Bucket: textOf(values, "bucket"), Key: textOf(values, "key") };
}

function objectInput(inputs: PropertyMap): PutObjectCommandInput {
  const object = inputsAs<BucketObjectv2Args>(inputs);
  const isFile = inputs.source !== undefined && !(isMap(inputs.source) && isMap(inputs.source.assets));
  if (isFile || object.contentBase64 !== undefined) {
    throw new Error(
      "only an object with the input content, or an archive as its source, can be written here, not one from a file",
    );
  }
  return {
    ...objectKey(inputs),
    Body: inputs.source === undefined ? (object.content ?? "") : zipCode(inputs.source),
    ContentType: object.contentType,
    CacheControl: object.cacheControl,
    ServerSideEncryption: object.serverSideEncryption as PutObjectCommandInput["ServerSideEncryption"],
    SSEKMSKeyId: object.kmsKeyId,
    Metadata: object.metadata,
  };
}
