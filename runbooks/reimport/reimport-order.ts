import { POOL_ID } from "../backup/format.ts";
import { BadInputError } from "../runtime/errors.ts";
import { parseRaisedQuotas, parseShare, type QuotaCategory } from "../runtime/quotas.ts";
import type { ExistingPolicy, Scope } from "./user-decision.ts";

/** What whoever re-imports users decides. */
export interface ReimportOrder {
  /** latest, a set's name, or `<pool id>/<name>`. */
  from: string;
  /** Where the outputs of the stack that made the set are read, and whose bucket holds it. */
  fromRegion: string | undefined;
  /** The stack that made the set; undefined = the one that takes it. */
  fromStack: string | undefined;
  /** The target; undefined = the stack's own pool. */
  pool: string | undefined;
  isSamePool: boolean;
  scope: Scope;
  existing: ExistingPolicy;
  engine: "auto" | "csv" | "api";
  restoresUnconfirmed: boolean;
  restoresFactors: boolean;
  usesErasedList: boolean;
  /** The role of a group in the set, and the one it is to have. */
  groupRoles: ReadonlyMap<string, string>;
  withoutGroupRoles: boolean;
  accepted: readonly string[];
  /** Users whom AWS may refuse before the run stops; undefined = 100, or 5 % of them. */
  mostRefused: number | undefined;
  /** 0.1 to 1: how much of AWS's request quotas may be used. */
  share: number;
  raised: Partial<Record<QuotaCategory, number>>;
}

/** The options that decide what is re-imported, as the command line gives them. */
export interface ReimportChoice {
  from?: string | undefined;
  "from-region"?: string | undefined;
  "from-stack"?: string | undefined;
  pool?: string | undefined;
  "same-pool"?: boolean | undefined;
  "only-missing"?: boolean | undefined;
  user?: string[] | undefined;
  "attributes-of"?: string | undefined;
  existing: string;
  engine: string;
  unconfirmed: string;
  "with-mfa"?: boolean | undefined;
  "no-erased-list"?: boolean | undefined;
  "group-role"?: string[] | undefined;
  "without-group-roles"?: boolean | undefined;
  accept?: string[] | undefined;
  "max-rejects"?: string | undefined;
  share?: string | undefined;
  quota?: string[] | undefined;
}

/** Reads the command line; throws BadInputError for values and combinations that cannot be meant. */
export function parseReimportOrder(choice: ReimportChoice): ReimportOrder {
  const isSamePool = choice["same-pool"] ?? false;
  const scope = parseScope(choice);
  if (isSamePool && scope.kind === "everybody") {
    throw new BadInputError("--same-pool alone does not say who is to come back.", {
      remedy: "Add --only-missing, --user <name> or --attributes-of <name>.",
    });
  }
  if (!isSamePool && scope.kind === "attributes") {
    throw new BadInputError("--attributes-of goes with --same-pool: in another pool nobody is the same.", {
      remedy: "Add --same-pool, or use --user.",
    });
  }
  const existing = oneOf("--existing", choice.existing, ["fail", "skip", "overwrite"] as const);
  if (existing !== "fail" && scope.kind !== "everybody") {
    throw new BadInputError("--existing has no meaning here: whoever stands there is left alone.", {
      remedy: "Leave it out.",
    });
  }
  if (choice.pool !== undefined && !POOL_ID.test(choice.pool)) {
    throw new BadInputError(`--pool ${choice.pool} is not the id of a user pool.`, {
      remedy: "Ids look like ap-northeast-1_Ab12Cd34E.",
    });
  }
  if (choice["without-group-roles"] && choice["group-role"]) {
    throw new BadInputError("--group-role and --without-group-roles exclude each other.", {
      remedy: "Give one of them.",
    });
  }
  if (isSamePool && choice.from === undefined) {
    throw new BadInputError("--same-pool needs --from: the newest set may be from after the accident.", {
      remedy: "Name the set, or spell --from latest.",
    });
  }
  return {
    from: choice.from ?? "latest",
    fromRegion: choice["from-region"],
    fromStack: choice["from-stack"],
    pool: choice.pool,
    isSamePool,
    scope,
    existing,
    engine: oneOf("--engine", choice.engine, ["auto", "csv", "api"] as const),
    restoresUnconfirmed: oneOf("--unconfirmed", choice.unconfirmed, ["skip", "restore"]) === "restore",
    restoresFactors: choice["with-mfa"] ?? false,
    usesErasedList: !(choice["no-erased-list"] ?? false),
    groupRoles: parseGroupRoles(choice["group-role"]),
    withoutGroupRoles: choice["without-group-roles"] ?? false,
    accepted: choice.accept ?? [],
    mostRefused: parseCount("--max-rejects", choice["max-rejects"]),
    share: parseShare(choice.share),
    raised: parseRaisedQuotas(choice.quota),
  };
}

function parseScope(choice: ReimportChoice): Scope {
  const { user = [], "attributes-of": attributesOf, "only-missing": onlyMissing = false } = choice;
  const given = [user.length > 0, attributesOf !== undefined, onlyMissing].filter(Boolean).length;
  if (given > 1) {
    throw new BadInputError("--only-missing, --user and --attributes-of exclude each other.", {
      remedy: "Give one of them.",
    });
  }
  if (user.length > 0) return { kind: "users", names: user };
  if (attributesOf !== undefined) return { kind: "attributes", names: [attributesOf] };
  return onlyMissing ? { kind: "missing" } : { kind: "everybody" };
}

function parseGroupRoles(texts: readonly string[] = []): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const [, from, to] = /^(arn:[^=\s]+)=(arn:[^=\s]+)$/.exec(text) ?? [];
      if (from !== undefined && to !== undefined) return [from, to];
      throw new BadInputError(`--group-role ${text} is not <old role's ARN>=<new role's ARN>.`, {
        remedy: "Both are ARNs of IAM roles.",
      });
    }),
  );
}

function parseCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new BadInputError(`${option} ${text} is not a number of users.`, { remedy: "Give 0 or more." });
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === text);
  if (word !== undefined) return word;
  throw new BadInputError(`${option} ${text} is not one of ${words.join(", ")}.`);
}
