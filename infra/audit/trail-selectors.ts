/** What a trail writes down, as CloudTrail's advanced event selectors say it. */
export interface TrailSelector {
  name: string;
  fieldSelectors: { field: string; equals?: string[]; startsWiths?: string[] }[];
}

/**
 * Every call that manages something, sign-ins among them, wherever it happens; every read and write of a backup; and,
 * where people get AWS credentials by signing in, each time somebody does (Amazon Cognito Developer Guide, "Logging
 * with AWS CloudTrail": those are data events, which no trail records unasked).
 */
export function trailSelectors({
  backupBuckets,
  hasIdentityPool,
}: {
  /** ARNs of the buckets that hold backups. */
  backupBuckets: readonly string[];
  hasIdentityPool: boolean;
}): TrailSelector[] {
  return [
    { name: "Management", fieldSelectors: [category("Management")] },
    {
      name: "Backups",
      fieldSelectors: [
        category("Data"),
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        { field: "resources.ARN", startsWiths: backupBuckets.map((arn) => `${arn}/`) },
      ],
    },
    ...(hasIdentityPool
      ? [
          {
            name: "AWS credentials",
            fieldSelectors: [
              category("Data"),
              { field: "resources.type", equals: ["AWS::Cognito::IdentityPool"] },
            ],
          },
        ]
      : []),
  ];
}

function category(name: string) {
  return { field: "eventCategory", equals: [name] };
}
