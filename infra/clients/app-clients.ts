import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { roleClaims } from "../aws-access/role-rules.ts";
import { lossGuards } from "../loss-guards.ts";
import type { ClientSettings, Settings } from "../settings.ts";
import { nameOfGeneration } from "../users/generation.ts";
import { type KeptGeneration, keptOptions } from "../users/kept-generations.ts";
import { appClientInputs, hasSecret } from "./app-client-inputs.ts";
import { type ResourceServer, resourceServers } from "./resource-servers.ts";

export interface AppClientsArgs {
  settings: Pick<Settings, "disposable" | "users" | "clients" | "awsAccess" | "letGo">;
  userPoolId: pulumi.Input<string>;
  /** Other generations, whose clients of the same names stay with them. Default: none. */
  kept?: readonly KeptGeneration[];
}

/** One app client as other components and the stack's outputs need it. */
export interface AppClient {
  kind: ClientSettings["kind"];
  clientId: pulumi.Output<string>;
  /**
   * The secret Cognito generated at first, secret in the state; absent for kinds without one. Later ones come from
   * rotation.
   */
  firstSecret?: pulumi.Output<string>;
}

/** The app clients of the pool, and the resource servers their scopes belong to. */
export class AppClients extends pulumi.ComponentResource {
  /** By the name in the settings. */
  readonly byName: Readonly<Record<string, AppClient>>;

  constructor(name: string, args: AppClientsArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:AppClients", name, {}, options);
    const { clients } = args.settings;

    const servers = resourceServers(clients).map((server) => this.createServer(args, server));
    const created = clients.map((client) => {
      const resource = this.createClient(args, servers, client);
      return [client.name, describeClient(client, resource)] as const;
    });

    for (const generation of args.kept ?? []) this.keepClients(args, generation);

    this.byName = Object.fromEntries(created);
    this.registerOutputs();
  }

  private createServer(
    { settings, userPoolId }: AppClientsArgs,
    { identifier, scopes }: ResourceServer,
  ): aws.cognito.ResourceServer {
    return new aws.cognito.ResourceServer(
      nameOfGeneration(`resource-server-${identifier}`, settings.users.generation),
      {
        userPoolId,
        identifier,
        name: identifier,
        scopes: scopes.map((scope) => ({ scopeName: scope, scopeDescription: scope })),
      },
      { parent: this },
    );
  }

  // A client asks for scopes by name, so the engine cannot see that the servers must be there first.
  private createClient(
    { settings, userPoolId }: AppClientsArgs,
    servers: aws.cognito.ResourceServer[],
    client: ClientSettings,
  ): aws.cognito.UserPoolClient {
    const guards = lossGuards(settings, settings.letGo?.clients.includes(client.name));
    return new aws.cognito.UserPoolClient(
      nameOfGeneration(`client-${client.name}`, settings.users.generation),
      { userPoolId, ...appClientInputs(client, roleClaims(settings.awsAccess?.rules ?? [])) },
      {
        parent: this,
        dependsOn: servers,
        protect: guards.protect,
        retainOnDelete: guards.retainOnDelete,
      },
    );
  }

  private keepClients(
    { settings: { clients, letGo } }: AppClientsArgs,
    { generation, userPoolId, guards }: KeptGeneration,
  ): void {
    for (const { identifier } of resourceServers(clients)) {
      new aws.cognito.ResourceServer(
        nameOfGeneration(`resource-server-${identifier}`, generation),
        { userPoolId, identifier, name: identifier },
        { parent: this, ...keptOptions(guards) },
      );
    }
    for (const { name, kind } of clients) {
      const protect = guards.protect && !letGo?.clients.includes(name);
      new aws.cognito.UserPoolClient(
        nameOfGeneration(`client-${name}`, generation),
        { userPoolId, name, generateSecret: hasSecret(kind) },
        { parent: this, ...keptOptions({ ...guards, protect }) },
      );
    }
  }
}

function describeClient({ kind }: ClientSettings, resource: aws.cognito.UserPoolClient): AppClient {
  const client = { kind, clientId: resource.id };
  return hasSecret(kind) ? { ...client, firstSecret: pulumi.secret(resource.clientSecret) } : client;
}
