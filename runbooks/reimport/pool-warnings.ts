import type { GroupRecord } from "../backup/format.ts";
import { formatCount } from "../runtime/progress.ts";
import { typeWords } from "./attribute-faults.ts";
import { type PoolComparison, showName, usersHave } from "./pool-faults/pool-fault.ts";
import { describeRecovery, hasTooFewWaysBack } from "./pool-faults/way-back-faults.ts";
import type { TargetGroup } from "./target-pool.ts";

/** What a person should know before users go into a pool that can take them all the same; one sentence each. */
export function findPoolWarnings(pools: PoolComparison): string[] {
  return [
    ...findStateWarnings(pools),
    ...findSchemaWarnings(pools),
    ...findWayBackWarnings(pools),
    ...findGroupWarnings(pools),
    ...findTriggerWarnings(pools),
  ];
}

/** States that no operation puts a user into. */
const LOST_STATES = ["UNCONFIRMED", "ARCHIVED", "COMPROMISED", "UNKNOWN"];

function findStateWarnings({ tally }: PoolComparison): string[] {
  const lost = LOST_STATES.flatMap((state) => {
    const users = tally.statuses.get(state) ?? 0;
    return users === 0 ? [] : [`${formatCount(users)} ${state}`];
  });
  const warnings =
    lost.length === 0 ? [] : [`Users in these states come back as ordinary ones: ${lost.join(", ")}.`];
  if (tally.broken > 0) {
    warnings.push(`${usersHave(tally.broken)} values that no pool takes, and will be rejected one by one.`);
  }
  return warnings;
}

function findSchemaWarnings({ source, target, tally }: PoolComparison): string[] {
  return [...tally.attributes].flatMap(([name, { users, misfits }]) => {
    const [before, now] = [source.schema.get(name), target.schema.get(name)];
    if (before === undefined || now === undefined) return [];
    const warnings: string[] = [];
    if (before.type !== now.type && misfits.size === 0) {
      warnings.push(
        `${name} is ${typeWords[now.type]} in the target, and was ${typeWords[before.type]}; all values fit.`,
      );
    }
    if (before.isMutable && !now.isMutable) {
      warnings.push(`${name} can never be changed again in the target; ${usersHave(users)} a value there.`);
    }
    return warnings;
  });
}

function findWayBackWarnings({ source, target, tally }: PoolComparison): string[] {
  const warnings: string[] = [];
  const { withoutWayBack, withPassword } = tally;
  const isByCode = target.recovery.some((way) => way !== "admin_only");
  if (isByCode && withoutWayBack > 0 && !hasTooFewWaysBack(tally)) {
    warnings.push(
      `${formatCount(withoutWayBack)} of ${formatCount(withPassword)} users have no ${describeRecovery(target)}, and need an administrator for a new password.`,
    );
  }
  const strength = { OFF: 0, OPTIONAL: 1, ON: 2 } as const;
  if (strength[target.mfa.mode] < strength[source.mfa.mode]) {
    warnings.push(
      `MFA is ${target.mfa.mode} in the target, and was ${source.mfa.mode}: people sign in with less.`,
    );
  }
  return warnings;
}

function findGroupWarnings({ target, groups }: PoolComparison): string[] {
  const differing = groups.filter((group) => differs(group, target.groups.get(group.name)));
  const [first] = differing;
  if (first === undefined) return [];
  const which =
    differing.length === 1
      ? `Group ${showName(first.name)} stands`
      : `${formatCount(differing.length)} groups (${showName(first.name)}, …) stand`;
  return [
    `${which} in the target with another role, precedence or description, which stay as they are there.`,
  ];
}

function differs(group: GroupRecord, standing: TargetGroup | undefined): boolean {
  if (standing === undefined) return false;
  return (["roleArn", "precedence", "description"] as const).some((key) => group[key] !== standing[key]);
}

/**
 * AdminCreateUser calls the pre sign-up function even where it sends no message, and an import job calls none; who sets
 * a new password is announced to the post confirmation function (Amazon Cognito Developer Guide, "Customizing user pool
 * workflows with Lambda triggers").
 */
function findTriggerWarnings({ target, tally, choices }: PoolComparison): string[] {
  if (tally.users === 0) return [];
  const warnings: string[] = [];
  if (target.triggers.includes("PreSignUp") && choices.engine !== "csv") {
    warnings.push(
      "The target's PreSignUp function is called for every user whom the API creates, and may refuse them.",
    );
  }
  if (target.triggers.includes("PostConfirmation")) {
    warnings.push(
      "The target's PostConfirmation function is called later, whenever somebody sets a new password.",
    );
  }
  if (target.triggers.includes("UserMigration")) {
    warnings.push("The target's UserMigration function may create users while they are being brought back.");
  }
  return warnings;
}
