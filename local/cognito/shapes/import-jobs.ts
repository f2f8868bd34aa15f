import { z } from "zod";
import { arn, matching, resultLimit, searchToken, userPoolId } from "./primitives.ts";

export const createImportJob = z.object({
  UserPoolId: userPoolId,
  JobName: matching("[\\w\\s+=,.@-]+").min(1).max(128),
  CloudWatchLogsRoleArn: arn,
  PasswordHashingAlgorithm: z.enum(["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"]).optional(),
});

export const oneImportJob = z.object({
  UserPoolId: userPoolId,
  JobId: matching("import-[0-9a-zA-Z-]+").min(1).max(55),
});

export const listImportJobs = z.object({
  UserPoolId: userPoolId,
  MaxResults: resultLimit,
  PaginationToken: searchToken.optional(),
});

export type CreateImportJobInput = z.output<typeof createImportJob>;
