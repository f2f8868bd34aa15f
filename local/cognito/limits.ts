/** Limits of the Amazon Cognito Developer Guide, "Quotas in Amazon Cognito" (resource quotas), as one table. */
export const limits = {
  userPoolsPerAccount: 1_000,
  customAttributesPerPool: 50,
  attributeValueLength: 2_048,
  groupsPerPool: 10_000,
  groupsPerUser: 100,
  clientsPerPool: 1_000,
  resourceServersPerPool: 25,
  usersPerPool: 40_000_000,
  tagsPerPool: 50,
  pageSize: 60,
  resourceServerPageSize: 50,
  /** "The pagination token expires after one hour" (Managing and searching for user accounts). */
  pageTokenSeconds: 3_600,
  defaultTemporaryPasswordDays: 7,
  defaultPasswordLength: 8,
} as const;
