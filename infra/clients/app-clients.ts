import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { roleClaims } from "../aws-access/role-rules.ts";
import { type LossGuards, lossGuards } from "../loss-guards.ts";
import type { ClientSettings, Settings } from "../settings.ts";
import { nameOfGeneration } from "../users/generation.ts";
import { type KeptGeneration, keptOptions } from "../users/kept-generations.ts";
import { appClientInputs, hasSecret, usesSignInPage } from "./app-client-inputs.ts";
import { nameInUse, nameOfClientGeneration } from "./client-generation.ts";
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
  /** Which generation of it is in use. */
  generation: number;
  /** Whether people meet the sign-in pages through it. */
  usesSignInPage: boolean;
  /** Of the generation in use. */
  clientId: pulumi.Output<string>;
  /**
   * The secret Cognito generated at first, secret in the state; absent for kinds without one. Later ones come from
   * rotation.
   */
  firstSecret?: pulumi.Output<string>;
  /** Ids of the generations beside it, whose tokens are accepted as well, by their numbers. */
  others: Readonly<Record<string, pulumi.Output<string>>>;
}

/** The ids whose tokens are accepted as this client's: first that of the generation in use. */
export function acceptedIds({
  clientId,
  others,
}: Pick<AppClient, "clientId" | "others">): [pulumi.Output<string>, ...pulumi.Output<string>[]] {
  return [clientId, ...Object.values(others)];
}

/** Every generation of a client, first the one in use: its name, and its id. */
export function generationsOf(
  client: string,
  { generation, clientId, others }: Pick<AppClient, "generation" | "clientId" | "others">,
): { name: string; clientId: pulumi.Output<string> }[] {
  return [
    { name: nameOfClientGeneration(client, generation), clientId },
    ...Object.entries(others).map(([number, id]) => ({
      name: nameOfClientGeneration(client, Number(number)),
      clientId: id,
    })),
  ];
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
      const inUse = this.createClient(args, servers, client, this.guardsOf(args, client));
      const others = client.alsoAccept.map((generation) => {
        const other = this.createClient(args, servers, { ...client, generation }, UNGUARDED);
        return [String(generation), other.id] as const;
      });
      return [client.name, describeClient(client, inUse, Object.fromEntries(others))] as const;
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
    { protect, retainOnDelete }: Pick<LossGuards, "protect" | "retainOnDelete">,
  ): aws.cognito.UserPoolClient {
    return new aws.cognito.UserPoolClient(
      nameOfGeneration(`client-${nameInUse(client)}`, settings.users.generation),
      { userPoolId, ...appClientInputs(client, roleClaims(settings.awsAccess?.rules ?? [])) },
      { parent: this, dependsOn: servers, protect, retainOnDelete },
    );
  }

  private guardsOf({ settings }: AppClientsArgs, { name }: ClientSettings): LossGuards {
    return lossGuards(settings, settings.letGo?.clients.includes(name));
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
    for (const client of clients) {
      const name = nameInUse(client);
      const protect = guards.protect && !letGo?.clients.includes(client.name);
      new aws.cognito.UserPoolClient(
        nameOfGeneration(`client-${name}`, generation),
        { userPoolId, name, generateSecret: hasSecret(client.kind) },
        { parent: this, ...keptOptions({ ...guards, protect }) },
      );
    }
  }
}

/** A client that comes beside the one in use, or goes after it, must be able to go: that ends what its secret was good for. */
const UNGUARDED = { protect: false, retainOnDelete: false };

function describeClient(
  { kind, generation, callbackUrls }: ClientSettings,
  resource: aws.cognito.UserPoolClient,
  others: AppClient["others"],
): AppClient {
  const client = {
    kind,
    generation,
    usesSignInPage: usesSignInPage({ callbackUrls }),
    clientId: resource.id,
    others,
  };
  return hasSecret(kind) ? { ...client, firstSecret: pulumi.secret(resource.clientSecret) } : client;
}
