/** Limits of the Amazon Cognito Developer Guide, "Quotas in Amazon Cognito" (resource quotas), as one table. */
export const limits = {
  userPoolsPerAccount: 1_000,
  customAttributesPerPool: 50,
  attributeValueLength: 2_048,
  groupsPerPool: 10_000,
  groupsPerUser: 100,
  clientsPerPool: 1_000,
  /** "Up to 2 active secrets per app client" (AddUserPoolClientSecret, API reference). */
  secretsPerClient: 2,
  resourceServersPerPool: 25,
  usersPerPool: 40_000_000,
  tagsPerPool: 50,
  pageSize: 60,
  resourceServerPageSize: 50,
  /** "The pagination token expires after one hour" (Managing and searching for user accounts). */
  pageTokenSeconds: 3_600,
  identityProvidersPerPool: 300,
  /** "The maximum number of federated identities linked to a user is five" (AdminLinkProviderForUser). */
  identitiesPerUser: 5,
  importJobsPerPool: 1_000,
  importRowsPerFile: 500_000,
  /** "100 MB", read as the smaller of what that can mean. */
  importFileBytes: 100_000_000,
  importRowCharacters: 16_000,
  /** Fifteen minutes; the addresses themselves say 899 seconds (DescribeUserImportJob, API reference). */
  importUploadSeconds: 899,
  /** "24-48 hours" for a job that nobody starts, read as the shorter. */
  importStartSeconds: 86_400,
  defaultTemporaryPasswordDays: 7,
  defaultPasswordLength: 8,
} as const;
