import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { denyEverything } from "../iam-policies/identity-roles.ts";
import { lossGuards } from "../loss-guards.ts";
import { isLetGo } from "../settings/let-go.ts";
import type { AwsAccessSettings, Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { IdentityRole } from "./identity-role.ts";
import { buildRoleRules } from "./role-rules.ts";

export interface IdentityAccessArgs {
  settings: Pick<Settings, "stack" | "disposable" | "letGo">;
  access: AwsAccessSettings;
  /** The user pool as identity pools name it: `cognito-idp.<region>.amazonaws.com/<pool id>`. */
  providerName: pulumi.Input<string>;
  /** Ids of the app client that `access.client` names: of the generation in use, then of those accepted as well. */
  clientIds: readonly pulumi.Input<string>[];
}

/**
 * Temporary AWS credentials for people who have signed in: an identity pool, its roles, and the rules that choose
 * one.
 */
export class IdentityAccess extends pulumi.ComponentResource {
  readonly identityPoolId: pulumi.Output<string>;
  readonly providerName: pulumi.Output<string>;
  /** ARNs of the roles that rules lead to, by the name in the settings. */
  readonly roleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: IdentityAccessArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:IdentityAccess", name, {}, options);
    const pool = this.createPool(args);
    const nobody = this.createRoleForNobody(args, pool);
    const roles = this.createRoles(args, pool);
    this.attachRoles(args, pool, nobody, roles);

    this.identityPoolId = pool.id;
    this.providerName = pulumi.output(args.providerName);
    this.roleArns = arnsOf(roles);
    this.registerOutputs({ identityPoolId: this.identityPoolId });
  }

  // What people own in AWS hangs on their identity in this pool; another pool would give them another one.
  private createPool({ settings, providerName, clientIds }: IdentityAccessArgs): aws.cognito.IdentityPool {
    const { protect, retainOnDelete } = lossGuards(settings, isLetGo(settings.letGo, "awsAccess"));
    return new aws.cognito.IdentityPool(
      "identity-pool",
      {
        identityPoolName: `sekisho-${settings.stack}`,
        allowUnauthenticatedIdentities: false,
        allowClassicFlow: false,
        // With the check, a user who was signed out or deleted gets no more credentials.
        cognitoIdentityProviders: clientIds.map((clientId) => ({
          providerName,
          clientId,
          serverSideTokenCheck: true,
        })),
        tags: stackTags(settings.stack),
      },
      { parent: this, protect, retainOnDelete },
    );
  }

  // Names of roles leave the stack out: IAM allows 64 characters, the engine's suffix included.
  // An identity pool wants one role for everybody who has signed in: ours may do nothing.
  private createRoleForNobody(
    { settings: { stack } }: IdentityAccessArgs,
    pool: aws.cognito.IdentityPool,
  ): IdentityRole {
    const policies = { managedPolicies: [], inlinePolicy: denyEverything() };
    return new IdentityRole(
      "sekisho-no-access",
      { stack, identityPoolId: pool.id, policies },
      { parent: this },
    );
  }

  private createRoles(
    { settings: { stack }, access }: IdentityAccessArgs,
    pool: aws.cognito.IdentityPool,
  ): Map<string, IdentityRole> {
    return new Map(
      Object.entries(access.roles).map(([role, policies]) => [
        role,
        new IdentityRole(
          `sekisho-access-${role}`,
          { stack, identityPoolId: pool.id, policies },
          { parent: this },
        ),
      ]),
    );
  }

  // The pool must know the client before a rule may name it, and a role its policies before anyone gets it.
  private attachRoles(
    { access, providerName, clientIds }: IdentityAccessArgs,
    pool: aws.cognito.IdentityPool,
    nobody: IdentityRole,
    roles: Map<string, IdentityRole>,
  ): void {
    const attached = [nobody, ...roles.values()].flatMap((role) => role.attached);
    new aws.cognito.IdentityPoolRoleAttachment(
      "identity-pool-roles",
      {
        identityPoolId: pool.id,
        roles: { authenticated: nobody.arn },
        // Keyed by client: without a mapping of its own a token of another generation would get the role for nobody.
        roleMappings: clientIds.map((clientId) => ({
          identityProvider: pulumi.interpolate`${providerName}:${clientId}`,
          type: "Rules",
          ambiguousRoleResolution: "Deny",
          mappingRules: buildRoleRules(access.rules, arnsOf(roles)),
        })),
      },
      { parent: this, dependsOn: [pool, ...attached] },
    );
  }
}

function arnsOf(roles: Map<string, IdentityRole>): Record<string, pulumi.Output<string>> {
  return Object.fromEntries([...roles].map(([name, role]) => [name, role.arn]));
}
