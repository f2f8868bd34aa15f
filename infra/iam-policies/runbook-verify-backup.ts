import type { PolicyStatement } from "../policy-document.ts";
import { listBucket, type RunbookResources, readOutputs, useKey } from "./runbook-resources.ts";

/** What verify-backup does: read sets, of this pool and of those before it, here and in the copy. It asks no Cognito. */
export function verifyBackupStatements(resources: RunbookResources): PolicyStatement[] {
  const { region, backups, copy } = resources;
  return [
    readOutputs(resources),
    listBucket("ListOriginals", backups),
    {
      Sid: "ReadOriginals",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [`${backups.bucketArn}/*`],
    },
    useKey("DecryptOriginals", ["kms:Decrypt"], backups, region),
    ...(copy
      ? [
          listBucket("ListCopies", copy),
          {
            Sid: "ReadCopies",
            Effect: "Allow" as const,
            Action: ["s3:GetObject"],
            Resource: [`${copy.bucketArn}/*`],
          },
          useKey("DecryptCopies", ["kms:Decrypt"], copy, copy.region),
        ]
      : []),
  ];
}
