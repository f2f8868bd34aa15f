import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { SECRET_RECOVERY_DAYS } from "../defaults.ts";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import { clientSecretName } from "../outputs/outputs.ts";
import type { Settings } from "../settings.ts";
import { signInHost } from "../sign-in-page/sign-in-host.ts";
import { stackTags } from "../stack-tags.ts";
import type { AppClient } from "./app-clients.ts";
import type { KnownSecret } from "./returning-secrets.ts";

export interface ClientSecretsArgs {
  settings: Pick<Settings, "stack" | "region" | "disposable" | "signInPage" | "letGo">;
  /** By name; those without a secret are skipped. */
  clients: Readonly<Record<string, AppClient>>;
  userPoolId: pulumi.Input<string>;
  /** What the secrets are encrypted with; AWS's own key without it. */
  keyArn?: pulumi.Input<string>;
  /** What is known of clients that come back into use; all others have the secret that Cognito made at first. */
  returning?: ReturningSecrets;
}

/** Secrets of clients by their ids, under the client's name. */
export type ReturningSecrets = Readonly<Record<string, readonly KnownSecret[]>>;

/**
 * One Secrets Manager secret for each app client that has one: `{ clientId, clientSecret, userPoolId, domain }`, which
 * follows the generation in use. The program writes the first value of each; later ones come from rotation, and consumers
 * read only this. No replica in another Region: a pool that is lost with its Region takes its clients along, and the new
 * pool's have secrets of their own.
 */
export class ClientSecrets extends pulumi.ComponentResource {
  /** Names of the secrets, by client; clients without a secret are not in it. */
  readonly names: Readonly<Record<string, string>>;
  private readonly firstVersions: Readonly<Record<string, aws.secretsmanager.SecretVersion>>;

  constructor(name: string, args: ClientSecretsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:ClientSecrets", name, {}, options);
    const { letGo } = args.settings;
    const created = Object.entries(args.clients).flatMap(([client, { clientId, firstSecret }]) => {
      if (!firstSecret) return [];
      const guards = lossGuards(args.settings, letGo?.clients.includes(client));
      const secret = this.createSecret(args, guards, client);
      const version = this.createFirstVersion(args, client, secret, clientId, firstSecret);
      return [{ client, version }];
    });

    this.firstVersions = Object.fromEntries(created.map(({ client, version }) => [client, version]));
    this.names = Object.fromEntries(
      created.map(({ client }) => [client, clientSecretName(args.settings.stack, client)]),
    );
    this.registerOutputs({ names: this.names });
  }

  /**
   * The secret of a client that is live now, wherever rotation has got to; secret in the state. It is read once the
   * first version is there, so it stays unknown in the preview of a first deployment. Throws for a client that has
   * no secret.
   */
  currentSecret(client: string): pulumi.Output<string> {
    const version = this.firstVersions[client];
    if (version === undefined) {
      throw new pulumi.RunError(`Client ${client} of sekisho:clients has no secret that a rule could use.`);
    }
    const { secretString } = aws.secretsmanager.getSecretVersionOutput(
      { secretId: version.secretId, versionStage: "AWSCURRENT" },
      { parent: this, dependsOn: [version] },
    );
    return pulumi.secret(secretString.apply((value) => readClientSecret(client, value)));
  }

  private createSecret(
    { settings: { stack, disposable }, keyArn }: ClientSecretsArgs,
    guards: LossGuards,
    client: string,
  ): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
      `client-secret-${client}`,
      {
        name: clientSecretName(stack, client),
        description: `App client ${client} of the user pool: id, secret, pool, domain`,
        ...(keyArn !== undefined && { kmsKeyId: keyArn }),
        recoveryWindowInDays: disposable ? 0 : SECRET_RECOVERY_DAYS,
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
   * - only another client makes another first version, and one that was in use before brings its live secret along;
   * - the version before it stays: by then its label sits on the new one, and taking it away would fail;
   * - the domain comes from the settings, not from the domain resource: a new prefix replaces that one first, the
   *   engine would replace what depends on it as well, and the dead first secret would be back.
   */
  private createFirstVersion(
    { settings: { signInPage, region }, userPoolId, returning = {} }: ClientSecretsArgs,
    client: string,
    secret: aws.secretsmanager.Secret,
    clientId: pulumi.Output<string>,
    firstSecret: pulumi.Output<string>,
  ): aws.secretsmanager.SecretVersion {
    const domain = signInPage && signInHost(signInPage, region);
    const known = returning[client] ?? [];
    const clientSecret = pulumi
      .all([clientId, firstSecret])
      .apply(([id, first]) => known.find((secret) => secret.clientId === id)?.clientSecret ?? first);
    const value = pulumi.output({ clientId, clientSecret, userPoolId, domain });
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

/** The client secret in a version of a client's secret. Throws a `RunError` that repeats nothing of the value. */
export function readClientSecret(client: string, value: string): string {
  const { success, data } = secretValue.safeParse(value);
  if (success) return data.clientSecret;
  throw new pulumi.RunError(
    `The current version of the secret of client ${client} holds no clientSecret. Put the live secret there as JSON ` +
      "({ clientId, clientSecret, userPoolId, domain }), then deploy again.",
  );
}

const secretValue = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      // The parser's own words would repeat a part of the secret.
      context.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ clientSecret: z.string().min(1) }));
