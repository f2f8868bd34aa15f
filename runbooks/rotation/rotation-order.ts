import { BadInputError } from "../runtime/errors.ts";

/** How a client gets a new secret: two secrets of one client for a while, or a second client beside the first. */
export type RotationWay = "two-secrets" | "client-swap";

/** What is wanted of a rotation: a new secret, the end of the old one, the way back, or how far it is. */
export type RotationMode = "rotate" | "finish" | "roll-back" | "status";

/** What whoever rotates a client's secret decides. */
export interface RotationOrder {
  /** The client's name in the settings. */
  client: string;
  mode: RotationMode;
  /** Undefined = whichever suits the uses of the client. */
  way: RotationWay | undefined;
  /** Consumers besides those that the stack knows of; each has to prove that it reads the new secret. */
  consumers: readonly string[];
  /** How long the secret that is to go stays good, in seconds. */
  graceSeconds: number;
  /** Whether the secret leaked: neither the grace nor the proofs of consumers are waited for. */
  isCompromised: boolean;
  /** Fingerprints by the consumer that they come from. */
  proofs: ReadonlyMap<string, string>;
}

/** The options that decide a rotation, as the command line gives them. */
export interface RotationChoice {
  client: string;
  way?: string | undefined;
  consumer?: string[] | undefined;
  grace?: string | undefined;
  finish?: boolean | undefined;
  rollback?: boolean | undefined;
  status?: boolean | undefined;
  compromised?: boolean | undefined;
  proof?: string[] | undefined;
  apply?: boolean | undefined;
}

/**
 * Longest and shortest grace, and the usual one. A sign-in at the load balancer may take 15 minutes (Application Load
 * Balancers, Authenticate users), and the caching clients of Secrets Manager keep a value for an hour unless told
 * otherwise (Secrets Manager User Guide, "Get a secret value … with client-side caching").
 */
export const GRACE = { least: 900, usual: 3_600, most: 2_592_000 };

/** Labels of a secret are few (20 in all), and a rotation needs some itself. */
export const MOST_CONSUMERS = 8;

/** What a consumer may be called: it becomes a part of a label. */
const CONSUMER = /^[a-z][a-z0-9-]{0,39}$/;
const CONSUMER_WORDS = "1 to 40 lower-case letters, digits and hyphens, a letter first";

/** Reads the command line; throws BadInputError for values and combinations that cannot be meant. */
export function parseRotationOrder(choice: RotationChoice): RotationOrder {
  const mode = parseMode(choice);
  const isCompromised = choice.compromised ?? false;
  refuseForeign(choice, mode);
  if (isCompromised) refuseWithLeak(choice, mode);
  return {
    client: choice.client,
    mode,
    way: parseWay(choice.way),
    consumers: parseConsumers(choice.consumer),
    graceSeconds: parseGrace(choice.grace),
    isCompromised,
    proofs: parseProofs(choice.proof),
  };
}

function parseMode({ finish, rollback, status }: RotationChoice): RotationMode {
  if ([finish, rollback, status].filter(Boolean).length > 1) {
    throw new BadInputError("--finish, --rollback and --status exclude each other.", {
      remedy: "Give one of them.",
    });
  }
  if (finish) return "finish";
  if (rollback) return "roll-back";
  return status ? "status" : "rotate";
}

/** What belongs to another mode was meant for another command. */
function refuseForeign(choice: RotationChoice, mode: RotationMode): void {
  const flag = { rotate: "", finish: "--finish", "roll-back": "--rollback", status: "--status" }[mode];
  if (mode === "status" && choice.apply) {
    throw new BadInputError("--status changes nothing, so there is nothing to apply.", {
      remedy: "Leave --apply out.",
    });
  }
  if (mode !== "finish" && choice.proof !== undefined) {
    throw new BadInputError("--proof goes with --finish: only then it is asked for.", {
      remedy: "Add --finish, or leave --proof out.",
    });
  }
  if (mode !== "rotate" && choice.consumer !== undefined) {
    throw new BadInputError(
      `--consumer does not go with ${flag}: who uses the secret was said when it began.`,
      {
        remedy: "Leave it out, or name them in a run without that.",
      },
    );
  }
  if ((mode === "finish" || mode === "status") && choice.grace !== undefined) {
    throw new BadInputError(`--grace does not go with ${flag}: it has begun, or begins with --apply.`, {
      remedy: "Leave it out.",
    });
  }
}

function refuseWithLeak(choice: RotationChoice, mode: RotationMode): void {
  if (mode === "roll-back") {
    throw new BadInputError("--rollback would bring back the secret that --compromised says has leaked.", {
      remedy: "Leave one of them out.",
    });
  }
  if (mode === "status") {
    throw new BadInputError("--compromised has no meaning with --status.", { remedy: "Leave it out." });
  }
  for (const option of ["grace", "proof"] as const) {
    if (choice[option] === undefined) continue;
    throw new BadInputError(`--compromised waits for no ${option}, so --${option} has no meaning.`, {
      remedy: "Leave one of them out.",
    });
  }
}

function parseWay(text: string | undefined): RotationWay | undefined {
  if (text === undefined || text === "two-secrets" || text === "client-swap") return text;
  throw new BadInputError(`--way ${text} is not one of two-secrets, client-swap.`);
}

function parseConsumers(names: readonly string[] = []): string[] {
  for (const [place, name] of names.entries()) {
    if (!CONSUMER.test(name)) {
      throw new BadInputError(`--consumer "${name}" is not a name for a consumer.`, {
        remedy: `Give ${CONSUMER_WORDS}.`,
      });
    }
    if (names.indexOf(name) !== place) {
      throw new BadInputError(`--consumer ${name} was given twice.`, { remedy: "Give it once." });
    }
  }
  if (names.length <= MOST_CONSUMERS) return [...names];
  throw new BadInputError(
    `--consumer was given ${names.length} times; a secret has labels for ${MOST_CONSUMERS}.`,
    {
      remedy: "Name groups of consumers that are checked together.",
    },
  );
}

/**
 * Throws BadInputError where consumers of earlier runs, whose labels stay until it is over, leave no room for those that
 * are named now.
 */
export function refuseManyConsumers(noted: readonly string[], named: readonly string[]): void {
  const all = new Set([...noted, ...named]);
  if (named.length === 0 || all.size <= MOST_CONSUMERS) return;
  throw new BadInputError(
    `With --consumer of earlier runs there are ${all.size}; a secret has labels for ${MOST_CONSUMERS}.`,
    {
      remedy: "Name groups of consumers that are checked together.",
    },
  );
}

function parseGrace(text: string | undefined): number {
  if (text === undefined) return GRACE.usual;
  const [, digits, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new BadInputError(`--grace ${text} is not a time.`, {
      remedy: "Give a number and m, h or d, such as 90m.",
    });
  }
  const seconds = Number(digits) * ({ m: 60, h: 3_600, d: 86_400 }[unit] ?? 0);
  if (seconds < GRACE.least) {
    throw new BadInputError(
      `--grace ${text} is too short: a sign-in at the load balancer may take 15 minutes.`,
      {
        remedy: "Give at least 15m.",
      },
    );
  }
  if (seconds <= GRACE.most) return seconds;
  throw new BadInputError(`--grace ${text} is too long: an old secret should not live for months.`, {
    remedy: "Give at most 30d.",
  });
}

function parseProofs(texts: readonly string[] = []): Map<string, string> {
  const proofs = new Map<string, string>();
  for (const text of texts) {
    const [, name = "", fingerprint = ""] = /^([^=]+)=([0-9a-f]{16})$/.exec(text) ?? [];
    if (!CONSUMER.test(name)) {
      throw new BadInputError("--proof is not <consumer>=<fingerprint>.", {
        remedy: "A fingerprint is 16 digits 0-9 a-f, as the command that --finish shows prints them.",
      });
    }
    if (proofs.has(name)) {
      throw new BadInputError(`--proof was given twice for ${name}.`, { remedy: "Give it once." });
    }
    proofs.set(name, fingerprint);
  }
  return proofs;
}
