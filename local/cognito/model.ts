import { AwsFault } from "../aws-fault.ts";
import type { WebAnswer, WebRequest } from "../web-exchange.ts";
import { type ImportUpload, takeImportFile } from "./import-jobs/import-upload.ts";
import { type CodeRequest, createAuthorizationCode } from "./managed-login/code-creation.ts";
import { findPoolByHost } from "./managed-login/sign-in-hosts.ts";
import { answerWeb } from "./managed-login/web.ts";
import { accountRecoveryOperations } from "./operations/account-recovery.ts";
import { authenticationOperations } from "./operations/authentication.ts";
import { brandingOperations } from "./operations/brandings.ts";
import { clientSecretOperations } from "./operations/client-secrets.ts";
import { clientOperations } from "./operations/clients.ts";
import { domainOperations } from "./operations/domains.ts";
import { groupOperations } from "./operations/groups.ts";
import { identityProviderOperations } from "./operations/identity-providers.ts";
import { importJobOperations } from "./operations/import-jobs.ts";
import { linkedIdentityOperations } from "./operations/linked-identities.ts";
import { mfaConfigOperations } from "./operations/mfa-config.ts";
import type { Operations } from "./operations/operation.ts";
import { ownUserOperations } from "./operations/own-user.ts";
import { poolExtraOperations } from "./operations/pool-extras.ts";
import { resourceServerOperations } from "./operations/resource-servers.ts";
import { signUpOperations } from "./operations/sign-up.ts";
import { threatProtectionOperations } from "./operations/threat-protection.ts";
import { userListOperations } from "./operations/user-lists.ts";
import { userPoolOperations } from "./operations/user-pools.ts";
import { userOperations } from "./operations/users.ts";
import { type Message, Outbox } from "./outbox.ts";
import { noPartners, type Partners } from "./partners.ts";
import { type SeedUser, seedUsers } from "./seed-users.ts";
import { requireIdToken } from "./sign-in/tokens.ts";
import type { Behaviour, Caller, Pool, World } from "./state.ts";
import { unsignedOperations } from "./unsigned-operations.ts";

export interface CognitoModel {
  /** Answers one user-pool API call by its name, as AWS JSON; throws AwsFault for every refusal. */
  handle(operation: string, input: unknown, caller: Caller): Promise<unknown>;
  /** Puts users into a pool in any state, also those the API cannot reach; all or none. Returns their subs in order. */
  seedUsers(poolId: string, users: readonly SeedUser[]): string[];
  /** The claims of an ID token of one of these pools; an AwsFault when it is forged, expired or its user is gone. */
  readIdToken(token: string): Promise<Readonly<Record<string, unknown>>>;
  /** Takes what was sent to the pre-signed address of an import job; throws S3's refusal as an AwsFault. */
  uploadImportFile(upload: ImportUpload): void;
  /**
   * Answers a request to the sign-in pages and OAuth 2.0 endpoints of a pool, or for its public keys; refusals are answers.
   * Throws an AwsFault for what the local AWS does not do.
   */
  answerWeb(request: WebRequest): Promise<WebAnswer>;
  /** Whether a pool has its sign-in pages at this host (lower case, without a port). */
  isSignInHost(host: string): boolean;
  /** A code as if this user had just signed in at the pages; throws an AwsFault when the client could not have got one. */
  createAuthorizationCode(request: CodeRequest): string;
  /** Answers AWS leaves open; may be changed at any time. */
  readonly behaviour: Behaviour;
  readonly pools: ReadonlyMap<string, Pool>;
  /** Mails and SMS that would have been sent, newest last. */
  readonly messages: readonly Message[];
}

/**
 * The strict model of Cognito user pools: in memory, refusing what AWS documents to be refused.
 * `now` is the clock; `randomBytes` the only source of ids, secrets and passwords; `partners` are the services it asks.
 */
export function createCognitoModel(options: {
  region: string;
  account: string;
  now: () => Date;
  randomBytes: (count: number) => Uint8Array;
  behaviour?: Partial<Behaviour>;
  partners?: Partners;
}): CognitoModel {
  const world = createWorld(options);
  return {
    async handle(name, input, caller) {
      const run = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (run === undefined) {
        throw new AwsFault("UnknownOperationException", `the local AWS does not answer ${name}`);
      }
      if (!caller.isSigned && !unsignedOperations.has(name)) {
        throw new AwsFault("MissingAuthenticationTokenException", "Missing Authentication Token");
      }
      return run(world, input, caller);
    },
    seedUsers: (poolId, users) => seedUsers(world, poolId, users),
    readIdToken: async (token) => (await requireIdToken(world, token)).claims,
    uploadImportFile: (upload) => takeImportFile(world, upload),
    answerWeb: (request) => answerWeb(world, request),
    isSignInHost: (host) => findPoolByHost(world, host) !== undefined,
    createAuthorizationCode: (request) => createAuthorizationCode(world, request),
    behaviour: world.behaviour,
    pools: world.pools,
    get messages() {
      return world.outbox.messages;
    },
  };
}

/** Every operation the model answers. */
const operations: Operations = {
  ...userPoolOperations,
  ...mfaConfigOperations,
  ...clientOperations,
  ...clientSecretOperations,
  ...domainOperations,
  ...brandingOperations,
  ...resourceServerOperations,
  ...poolExtraOperations,
  ...identityProviderOperations,
  ...importJobOperations,
  ...threatProtectionOperations,
  ...userOperations,
  ...userListOperations,
  ...groupOperations,
  ...linkedIdentityOperations,
  ...authenticationOperations,
  ...signUpOperations,
  ...accountRecoveryOperations,
  ...ownUserOperations,
};

function createWorld(options: Parameters<typeof createCognitoModel>[0]): World {
  let sequence = 0;
  return {
    region: options.region,
    account: options.account,
    now: () => options.now().getTime(),
    randomBytes: options.randomBytes,
    behaviour: {
      subPrefixFilter: "honoured",
      pages: "full",
      estimateDrift: 0,
      importLineOfFirstUser: 2,
      importFailureShare: "off",
      ...options.behaviour,
    },
    pools: new Map(),
    domains: new Map(),
    outbox: new Outbox(),
    partners: options.partners ?? noPartners,
    nextSequence: () => ++sequence,
    tokenKey: options.randomBytes(32),
  };
}
