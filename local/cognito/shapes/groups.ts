import { z } from "zod";
import {
  arn,
  groupDescription,
  groupName,
  oneUser,
  pageLimit,
  pageToken,
  precedence,
  userPoolId,
} from "./primitives.ts";

export const oneGroup = z.object({ UserPoolId: userPoolId, GroupName: groupName });
export const writeGroup = oneGroup.extend({
  Description: groupDescription.optional(),
  RoleArn: arn.optional(),
  Precedence: precedence.optional(),
});
export const listGroups = z.object({
  UserPoolId: userPoolId,
  Limit: pageLimit.optional(),
  NextToken: pageToken.optional(),
});
export const listUsersInGroup = oneGroup.extend({
  Limit: pageLimit.optional(),
  NextToken: pageToken.optional(),
});
export const membership = z.object({ ...oneUser, GroupName: groupName });
export const listGroupsForUser = z.object({
  ...oneUser,
  Limit: pageLimit.optional(),
  NextToken: pageToken.optional(),
});
