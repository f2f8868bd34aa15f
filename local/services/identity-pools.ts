import type { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { Identities, type IdentityPartners } from "./identities.ts";
import {
  getCredentialsShape,
  getIdShape,
  type IdentityPool,
  invalidParameter,
  listShape,
  poolId,
  poolShape,
  readShape,
  rolesShape,
} from "./identity-pool-shapes.ts";
import { randomUuid, type ServiceWorld } from "./regional.ts";

/** Operations that take no AWS signature: who calls them proves it by the token they send (API model). */
const UNSIGNED: readonly string[] = [
  "GetId",
  "GetCredentialsForIdentity",
  "GetOpenIdToken",
  "UnlinkIdentity",
];

/** The identity pools of one account and Region, with role resolution as AWS documents it. */
export class IdentityPools {
  readonly #world: ServiceWorld;
  readonly #identities: Identities;
  readonly #pools = new Map<string, IdentityPool>();

  constructor(world: ServiceWorld, partners: IdentityPartners) {
    this.#world = world;
    this.#identities = new Identities(world, partners);
  }

  /** Resolves with the operation's JSON output, or throws an AwsFault. */
  async handle(operation: string, input: unknown, { isSigned }: { isSigned: boolean }): Promise<object> {
    if (!isSigned && !UNSIGNED.includes(operation)) {
      throw new AwsFault("MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    switch (operation) {
      case "CreateIdentityPool":
        return this.#create(readShape(poolShape, input));
      case "UpdateIdentityPool":
        return this.#update(readShape(poolShape.extend(poolId.shape), input));
      case "DescribeIdentityPool":
        return describe(this.#require(readShape(poolId, input).IdentityPoolId));
      case "ListIdentityPools":
        return this.#list(readShape(listShape, input));
      case "DeleteIdentityPool":
        this.#pools.delete(this.#require(readShape(poolId, input).IdentityPoolId).id);
        return {};
      case "SetIdentityPoolRoles":
        return this.#setRoles(readShape(rolesShape, input));
      case "GetIdentityPoolRoles":
        return this.#getRoles(readShape(poolId, input).IdentityPoolId);
      case "GetId": {
        const { IdentityPoolId, Logins } = readShape(getIdShape, input);
        return this.#identities.getId(this.#require(IdentityPoolId), Logins);
      }
      case "GetCredentialsForIdentity":
        return this.#identities.getCredentials(readShape(getCredentialsShape, input));
      default:
        throw new AwsFault(
          "UnknownOperationException",
          `The local identity pools do not answer ${operation}.`,
        );
    }
  }

  #create(settings: z.output<typeof poolShape>): object {
    const pool: IdentityPool = { id: this.#createId(), settings, roles: {}, mappings: undefined };
    this.#pools.set(pool.id, pool);
    return describe(pool);
  }

  #update({ IdentityPoolId, ...settings }: z.output<typeof poolShape> & { IdentityPoolId: string }): object {
    const pool = this.#require(IdentityPoolId);
    pool.settings = settings;
    return describe(pool);
  }

  #list({ MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined }): object {
    const ids = [...this.#pools.keys()];
    const start = NextToken === undefined ? 0 : ids.indexOf(NextToken) + 1;
    if (NextToken !== undefined && start === 0) throw invalidParameter("Invalid NextToken");
    const shown = ids.slice(start, start + MaxResults);
    return {
      IdentityPools: shown.map((id) => ({
        IdentityPoolId: id,
        IdentityPoolName: this.#require(id).settings.IdentityPoolName,
      })),
      NextToken: start + shown.length < ids.length ? shown.at(-1) : undefined,
    };
  }

  /** Replaces the whole map: what is left out is gone. */
  #setRoles({ IdentityPoolId, Roles, RoleMappings }: z.output<typeof rolesShape>): object {
    const pool = this.#require(IdentityPoolId);
    pool.roles = Roles;
    pool.mappings = RoleMappings;
    return {};
  }

  #getRoles(id: string): object {
    const { roles, mappings } = this.#require(id);
    return { IdentityPoolId: id, Roles: roles, RoleMappings: mappings };
  }

  #require(id: string): IdentityPool {
    const pool = this.#pools.get(id);
    if (pool === undefined)
      throw new AwsFault("ResourceNotFoundException", `IdentityPool '${id}' not found.`);
    return pool;
  }

  #createId(): string {
    return `${this.#world.region}:${randomUuid(this.#world)}`;
  }
}

function describe({ id, settings }: IdentityPool): object {
  return { IdentityPoolId: id, ...settings };
}
