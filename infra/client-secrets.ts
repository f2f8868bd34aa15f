import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AppClient } from "./app-clients.ts";
import { type LossGuards, lossGuards } from "./loss-guards.ts";
import { clientSecretName } from "./outputs.ts";
import type { Settings } from "./settings.ts";
import { signInHost } from "./sign-in-host.ts";
import { stackTags } from "./stack-tags.ts";

export interface ClientSecretsArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "signInPage">;
  /** By name; those without a secret are skipped. */
  clients: Readonly<Record<string, AppClient>>;
  userPoolId: pulumi.Input<string>;
}

/** Days in which a deleted secret can be brought back; the most AWS offers. */
const RECOVERY_DAYS = 30;

/**
 * One Secrets Manager secret for each app client that has one: `{ clientId, clientSecret, userPoolId, domain }`. The
 * program writes the first value; later ones come from rotation, and consumers read only this. No replica in another
 * Region: a pool that is lost with its Region takes its clients along, and the new pool's have secrets of their own.
 */
export class ClientSecrets extends pulumi.ComponentResource {
  /** Names of the secrets, by client; clients without a secret are not in it. */
  readonly names: Readonly<Record<string, string>>;

  constructor(name: string, args: ClientSecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ClientSecrets", name, {}, options);
    const guards = lossGuards(args.settings);
    const created = Object.entries(args.clients).flatMap(([client, { clientId, firstSecret }]) => {
      if (!firstSecret) return [];
      const secret = this.createSecret(args, guards, client);
      this.createFirstVersion(args, client, secret, clientId, firstSecret);
      return [[client, clientSecretName(args.settings.stack, client)] as const];
    });

    this.names = Object.fromEntries(created);
    this.registerOutputs({ names: this.names });
  }

  private createSecret(
    { settings: { stack, disposable } }: ClientSecretsArgs,
    guards: LossGuards,
    client: string,
  ): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
      `client-secret-${client}`,
      {
        name: clientSecretName(stack, client),
        description: `App client ${client} of the user pool: id, secret, pool, domain`,
        recoveryWindowInDays: disposable ? 0 : RECOVERY_DAYS,
        tags: stackTags(stack),
      },
      { parent: this, protect: guards.protect, retainOnDelete: guards.retainOnDelete },
    );
  }

  /**
   * The version that the client is born with. Rotation puts newer ones on top, so:
   * - a label of its own keeps it: Secrets Manager drops versions without a label, and the engine would then put the
   *   dead first secret back;
   * - changes of value and labels are ignored: they are rotation's;
   * - only another client makes another first version;
   * - the version before it stays: by then its label sits on the new one, and taking it away would fail;
   * - the domain comes from the settings, not from the domain resource: a new prefix replaces that one first, the
   *   engine would replace what depends on it as well, and the dead first secret would be back.
   */
  private createFirstVersion(
    { settings: { signInPage, region }, userPoolId }: ClientSecretsArgs,
    client: string,
    secret: aws.secretsmanager.Secret,
    clientId: pulumi.Output<string>,
    firstSecret: pulumi.Output<string>,
  ): aws.secretsmanager.SecretVersion {
    const domain = signInPage && signInHost(signInPage, region);
    const value = pulumi.output({ clientId, clientSecret: firstSecret, userPoolId, domain });
    return new aws.secretsmanager.SecretVersion(
      `client-secret-${client}-first`,
      {
        secretId: secret.id,
        secretString: pulumi.secret(value.apply((fields) => JSON.stringify(fields))),
        versionStages: ["AWSCURRENT", "sekisho-first"],
      },
      {
        parent: this,
        ignoreChanges: ["secretString", "versionStages"],
        replacementTrigger: clientId,
        retainOnDelete: true,
      },
    );
  }
}
