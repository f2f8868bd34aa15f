import { type CrossCheck, needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";
import type { Settings } from "../stack-settings.ts";

/**
 * One setting that the preset strict takes no other value for: where, what it must be, whether it is so, and the end
 * of the sentence where the demand alone does not say why.
 */
type Demand<Key extends keyof Settings> = readonly [
  path: string,
  demand: string,
  isMet: (sections: Pick<Settings, Key>) => boolean,
  ending?: string,
];

/** Nothing that protects may be lifted, and nobody gets in on a password alone or uninvited. */
export const strictKeepsPeopleSafe = demanding(
  ["disposable", "users", "mfa"],
  [
    ["sekisho:disposable", "must be false", ({ disposable }) => !disposable],
    ["sekisho:mfa.mode", "must be required", ({ mfa }) => mfa.mode === "required"],
    ["sekisho:users.selfSignUp", "must be false", ({ users }) => !users.selfSignUp],
    [
      "sekisho:users.tier",
      "must be plus",
      ({ users }) => users.tier === "plus",
      " (threat protection needs it); set tier: plus, or take tier out",
    ],
    ["sekisho:users.recovery", "must not begin with phone", ({ users }) => users.recovery[0] !== "phone"],
  ],
);

/** Passwords as prowler and Security Hub ask for them. */
export const strictHasStrongPasswords = demanding(
  ["users"],
  [
    ["sekisho:users.password.minLength", "must be 14 or more", ({ users }) => users.password.minLength >= 14],
    [
      "sekisho:users.password.temporaryValidDays",
      "must be 7 or fewer",
      ({ users }) => users.password.temporaryValidDays <= 7,
    ],
    [
      "sekisho:users.password.requireLowercase",
      "must be true",
      ({ users }) => users.password.requireLowercase,
    ],
    [
      "sekisho:users.password.requireUppercase",
      "must be true",
      ({ users }) => users.password.requireUppercase,
    ],
    ["sekisho:users.password.requireNumbers", "must be true", ({ users }) => users.password.requireNumbers],
    ["sekisho:users.password.requireSymbols", "must be true", ({ users }) => users.password.requireSymbols],
  ],
);

/** What a thief of a token can do ends within the hour, and a lost laptop's sign-in within a month. */
export const strictTokensAreShort = strictly(["clients"], ({ clients }) =>
  clients.flatMap(({ name, validity }): Fault[] => {
    const limits: [string, number, number, string][] = [
      ["access", validity.accessMinutes, 60, "1h"],
      ["id", validity.idMinutes, 60, "1h"],
      ["refresh", validity.refreshMinutes, 30 * 24 * 60, "30d"],
    ];
    return limits
      .filter(([, minutes, most]) => minutes > most)
      .map(([token, , , most]) => ({
        path: settingPath("sekisho:clients", name, "validity", token),
        message: `must be ${most} or less with sekisho:preset: strict`,
      }));
  }),
);

/** Logs that scanners want for a year, and a backup that survives its Region. */
export const strictKeepsEvidence = demanding(
  ["sms", "backup"],
  [
    [
      "sekisho:sms.logRetentionDays",
      "must be 365 or more",
      ({ sms }) => sms === undefined || sms.logRetentionDays >= 365,
    ],
    ["sekisho:backup.copyTo", "must name a Region", ({ backup }) => backup.copyTo !== undefined],
  ],
);

/** Somebody guards the page, keeps the evidence, backs up, and hears of it. */
export const strictIsWatched = demanding(
  ["guard", "routes", "audit", "alarms", "backup"],
  [
    ["sekisho:guard", "must be there", ({ guard }) => guard !== undefined],
    [
      "sekisho:guard.loadBalancer",
      "must be block, or absent, for a load balancer of our own",
      ({ guard, routes }) =>
        routes?.listener.kind !== "create" || ["block", undefined].includes(guard?.loadBalancer),
    ],
    [
      "sekisho:guard.logRetentionDays",
      "must be 365 or more",
      ({ guard }) => guard === undefined || guard.logRetentionDays >= 365,
    ],
    ["sekisho:audit", "must be there", ({ audit }) => audit !== undefined],
    ["sekisho:audit.accessLogs", "must be true", ({ audit }) => audit?.accessLogs !== false],
    [
      "sekisho:audit.keepDays",
      "must be 365 or more",
      ({ audit }) => audit === undefined || audit.keepDays >= 365,
    ],
    ["sekisho:alarms", "must be there", ({ alarms }) => alarms !== undefined],
    ["sekisho:backup.schedule", "must be there", ({ backup }) => backup.schedule !== undefined],
  ],
);

function demanding<const Key extends keyof Settings>(
  keys: readonly Key[],
  demands: readonly Demand<Key>[],
): CrossCheck {
  return strictly(keys, (sections) =>
    demands
      .filter(([, , isMet]) => !isMet(sections))
      .map(([path, demand, , ending = ""]) => ({
        path,
        message: `${demand} with sekisho:preset: strict${ending}`,
      })),
  );
}

/** A check of the preset strict alone. */
function strictly<const Key extends keyof Settings>(
  keys: readonly Key[],
  find: (sections: Pick<Settings, Key>) => Fault[],
): CrossCheck {
  return needing(["preset", ...keys], (sections) => (sections.preset === "strict" ? find(sections) : []));
}
