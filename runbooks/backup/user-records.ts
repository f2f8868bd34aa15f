import { z } from "zod";
import { MalformedPageError } from "../runtime/pages.ts";
import type { GroupRecord, MfaRecord, UserRecord } from "./format.ts";

/** The record of one user of a ListUsers page. Throws MalformedPageError when it lacks what makes it a user. */
export function readUser(item: unknown): UserRecord {
  const { Username, Enabled, UserStatus, UserCreateDate, UserLastModifiedDate, Attributes } = check(
    sdkUser,
    item,
  );
  if (new Set(Attributes.map(({ Name }) => Name)).size < Attributes.length) {
    throw new MalformedPageError("A page of users came with a user who has an attribute twice.");
  }
  return {
    kind: "user",
    sub: findSub(Attributes),
    username: Username,
    enabled: Enabled,
    status: UserStatus,
    created: UserCreateDate.toISOString(),
    modified: UserLastModifiedDate.toISOString(),
    attributes: Attributes.map(({ Name, Value }) => [Name, Value ?? null]),
  };
}

/** A user of a ListUsersInGroup page, as far as a membership needs it. */
export interface Member {
  sub: string;
  username: string;
  created: Date;
}

export function readMember(item: unknown): Member {
  const { Username, Attributes, UserCreateDate } = check(sdkUser, item);
  return { sub: findSub(Attributes), username: Username, created: UserCreateDate };
}

/** The record of one group of a ListGroups page. */
export function readGroup(item: unknown): GroupRecord {
  const { GroupName, Description, Precedence, RoleArn, CreationDate, LastModifiedDate } = check(
    sdkGroup,
    item,
  );
  return {
    kind: "group",
    name: GroupName,
    ...(Description !== undefined && { description: Description }),
    ...(Precedence !== undefined && { precedence: Precedence }),
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
    ...(CreationDate && { created: CreationDate.toISOString() }),
    ...(LastModifiedDate && { modified: LastModifiedDate.toISOString() }),
  };
}

/** The second factors of a user, from AdminGetUser's answer. */
export function readMfa({ sub, username }: Pick<UserRecord, "sub" | "username">, answer: unknown): MfaRecord {
  const { PreferredMfaSetting, UserMFASettingList } = check(sdkFactors, answer);
  return {
    kind: "mfa",
    sub,
    username,
    ...(PreferredMfaSetting !== undefined && { preferred: PreferredMfaSetting }),
    factors: UserMFASettingList ?? [],
  };
}

const sdkUser = z.object({
  Username: z.string().min(1),
  Enabled: z.boolean(),
  UserStatus: z.string(),
  UserCreateDate: z.date(),
  UserLastModifiedDate: z.date(),
  Attributes: z.array(z.object({ Name: z.string(), Value: z.string().optional() })),
});

const sdkGroup = z.object({
  GroupName: z.string().min(1),
  Description: z.string().optional(),
  Precedence: z.int().optional(),
  RoleArn: z.string().optional(),
  CreationDate: z.date().optional(),
  LastModifiedDate: z.date().optional(),
});

const sdkFactors = z.object({
  PreferredMfaSetting: z.string().optional(),
  UserMFASettingList: z.array(z.string()).optional(),
});

function check<Schema extends z.ZodType>(schema: Schema, item: unknown): z.infer<Schema> {
  const read = schema.safeParse(item);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new MalformedPageError(`A page of users or groups came with a wrong "${issue?.path.join(".")}".`);
}

function findSub(attributes: readonly { Name: string; Value?: string | undefined }[]): string {
  const sub = attributes.find(({ Name }) => Name === "sub")?.Value;
  if (sub) return sub;
  throw new MalformedPageError("A page of users came with a user who has no sub.");
}
