import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makers } from "../../../local/apply/makers.ts";
import { findMaker } from "./find-maker.ts";
import { awsError, existing, scriptedAws } from "./scripted-aws.ts";

/** Types of the resources that the sources of the program construct: `new aws.iam.Role` is aws:iam/role:Role. */
function declaredTypes(): string[] {
  const infra = fileURLToPath(new URL("../../../infra", import.meta.url));
  const sources = readdirSync(infra, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(`${infra}/${file}`, "utf8"));
  const types = sources.flatMap((source) =>
    [...source.matchAll(/new aws\.(\w+)\.(\w+)\(/g)].map(([, module = "", name = ""]) => {
      return `aws:${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
    }),
  );
  return [...new Set(types)].sort();
}

describe("the makers", () => {
  test("know every resource type that the program declares", () => {
    const types = declaredTypes();
    expect(types.length).toBeGreaterThan(20);
    expect(types.filter((type) => !makers[type])).toEqual([]);
  });

  // How each service says that a thing is not there.
  const GONE: Record<string, string[]> = {
    "aws:cloudwatch/logGroup:LogGroup": ["ResourceNotFoundException"],
    "aws:cognito/identityPool:IdentityPool": ["ResourceNotFoundException"],
    "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": ["ResourceNotFoundException"],
    "aws:cognito/managedLoginBranding:ManagedLoginBranding": ["ResourceNotFoundException"],
    "aws:cognito/resourceServer:ResourceServer": ["ResourceNotFoundException"],
    "aws:cognito/userGroup:UserGroup": ["ResourceNotFoundException"],
    "aws:cognito/userPool:UserPool": ["ResourceNotFoundException"],
    "aws:cognito/userPoolClient:UserPoolClient": ["ResourceNotFoundException"],
    "aws:iam/role:Role": ["NoSuchEntityException", "NoSuchEntity"],
    "aws:iam/rolePolicy:RolePolicy": ["NoSuchEntityException"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["NoSuchEntityException"],
    "aws:kms/alias:Alias": ["NotFoundException"],
    "aws:kms/key:Key": ["NotFoundException"],
    "aws:lb/listener:Listener": ["ListenerNotFoundException"],
    "aws:lb/listenerRule:ListenerRule": ["RuleNotFoundException"],
    "aws:lb/loadBalancer:LoadBalancer": ["LoadBalancerNotFoundException"],
    "aws:s3/bucket:Bucket": ["NotFound", "NoSuchBucket"],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["NoSuchLifecycleConfiguration"],
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": [
      "ObjectLockConfigurationNotFoundError",
    ],
    "aws:s3/bucketObjectv2:BucketObjectv2": ["NotFound", "NoSuchKey"],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["OwnershipControlsNotFoundError"],
    "aws:s3/bucketPolicy:BucketPolicy": ["NoSuchBucketPolicy", "NoSuchBucket"],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["NoSuchPublicAccessBlockConfiguration"],
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ["ReplicationConfigurationNotFoundError"],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
      "ServerSideEncryptionConfigurationNotFoundError",
    ],
    "aws:secretsmanager/secret:Secret": ["ResourceNotFoundException"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["ResourceNotFoundException"],
    "aws:ses/domainIdentityVerification:DomainIdentityVerification": ["NotFoundException"],
    "aws:sesv2/configurationSet:ConfigurationSet": ["NotFoundException"],
    "aws:sesv2/emailIdentity:EmailIdentity": ["NotFoundException"],
    "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": ["NotFoundException"],
    "aws:ssm/parameter:Parameter": ["ParameterNotFound"],
  };

  /** The same failure for whatever is asked. */
  function failing(name: string) {
    return scriptedAws(new Proxy({}, { get: () => awsError(name) })).aws;
  }

  test.each(Object.entries(GONE).flatMap(([type, names]) => names.map((name) => [type, name] as const)))(
    "take %s as gone when AWS answers %s",
    async (type, name) => {
      const resource = existing(failing(name), "pool|id", { versionStages: ["first"] });
      // Log groups are listed, and an empty list says the same.
      if (type !== "aws:cloudwatch/logGroup:LogGroup") {
        await expect(findMaker(type).read(resource)).resolves.toBeUndefined();
      }
      await expect(findMaker(type).delete(resource)).resolves.toBeUndefined();
    },
  );

  test.each(Object.keys(makers).filter((type) => !makers[type]?.isRecorded))(
    "do not take a failure of AWS for an absence: %s",
    async (type) => {
      const resource = existing(failing("AccessDeniedException"), "pool|id");
      await expect(findMaker(type).read(resource)).rejects.toThrow("refused");
    },
  );
});
