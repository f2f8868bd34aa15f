/** What a trail writes down, as CloudTrail's advanced event selectors say it. */
export interface TrailSelector {
  name: string;
  fieldSelectors: { field: string; equals?: string[]; startsWiths?: string[] }[];
}

/**
 * Every call that manages something, sign-ins among them, wherever it happens; every read and write of a backup and of
 * the list of erased people; and, where people get AWS credentials by signing in, each time somebody does (Amazon Cognito Developer Guide, "Logging
 * with AWS CloudTrail": those are data events, which no trail records unasked).
 */
export function trailSelectors({
  objects,
  hasIdentityPool,
}: {
  /** How the ARNs of the objects begin that hold users, or say who was erased. */
  objects: readonly string[];
  hasIdentityPool: boolean;
}): TrailSelector[] {
  return [
    { name: "Management", fieldSelectors: [category("Management")] },
    {
      name: "Users outside the pool",
      fieldSelectors: [
        category("Data"),
        { field: "resources.type", equals: ["AWS::S3::Object"] },
        { field: "resources.ARN", startsWiths: [...objects] },
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
