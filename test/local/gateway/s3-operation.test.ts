import { expect, test } from "vitest";
import { readS3Address, readS3Operation } from "../../../local/gateway/s3-operation.ts";

test.each([
  ["GET", "/", "ListBuckets"],
  ["PUT", "/bucket", "CreateBucket"],
  ["HEAD", "/bucket", "HeadBucket"],
  ["DELETE", "/bucket", "DeleteBucket"],
  ["GET", "/bucket?list-type=2&prefix=a", "ListObjectsV2"],
  ["GET", "/bucket?prefix=a", "ListObjects"],
  ["GET", "/bucket?versions", "ListObjectVersions"],
  ["PUT", "/bucket?policy", "PutBucketPolicy"],
  ["DELETE", "/bucket?policy=", "DeleteBucketPolicy"],
  ["GET", "/bucket?object-lock", "GetObjectLockConfiguration"],
  ["POST", "/bucket?delete", "DeleteObjects"],
  ["GET", "/bucket?uploads", "ListMultipartUploads"],
  ["PUT", "/bucket/a/b.gz", "PutObject"],
  ["PUT", "/bucket/a/b.gz?x-id=PutObject", "PutObject"],
  ["GET", "/bucket/a?versionId=1", "GetObject"],
  ["HEAD", "/bucket/a", "HeadObject"],
  ["DELETE", "/bucket/a", "DeleteObject"],
  ["GET", "/bucket/a?retention", "GetObjectRetention"],
  ["POST", "/bucket/a?uploads", "CreateMultipartUpload"],
  ["PUT", "/bucket/a?partNumber=1&uploadId=x", "UploadPart"],
  ["POST", "/bucket/a?uploadId=x", "CompleteMultipartUpload"],
  ["DELETE", "/bucket/a?uploadId=x", "AbortMultipartUpload"],
  ["GET", "/bucket/a?uploadId=x", "ListParts"],
])("calls %s %s by AWS's name, %s", (method, path, operation) => {
  expect(readS3Operation(method, path, {})).toBe(operation);
});

test("tells a copy from a write by the source it names", () => {
  const headers = { "x-amz-copy-source": "/other/key" };
  expect(readS3Operation("PUT", "/bucket/a", headers)).toBe("CopyObject");
});

test("reads keys with slashes, spaces and letters of any script", () => {
  const path = "/bucket/a%20b/../%E5%A4%AA%E9%83%8E/c?x-id=PutObject";
  expect(readS3Address(path)).toEqual({ bucket: "bucket", key: "a b/../太郎/c" });
});
