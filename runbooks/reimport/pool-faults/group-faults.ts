import { formatCount } from "../../runtime/progress.ts";
import { GROUPS_PER_USER } from "../set-tally.ts";
import {
  acceptableFault,
  firmFault,
  type PoolComparison,
  type PoolFault,
  showName,
  usersAre,
} from "./pool-fault.ts";

/** Groups of one pool (Amazon Cognito Developer Guide, Quotas). */
const GROUPS_PER_POOL = 10_000;

/** Characters of a role's ARN that a message shows. */
const ARN_LENGTH = 64;

/** What keeps the groups of a set from standing in the target: their roles, and how many they are. */
export function findGroupFaults(pools: PoolComparison): PoolFault[] {
  return [...findForeignRoles(pools), ...findBadMappings(pools), ...findCountFaults(pools)];
}

/** Roles of groups that are still to be made; those that stand in the target keep theirs. */
function findForeignRoles({ target, groups, choices }: PoolComparison): PoolFault[] {
  if (choices.withoutGroupRoles) return [];
  const own = ownerOf(target.arn);
  const foreign = new Map<string, string[]>();
  for (const { name, roleArn } of groups) {
    if (roleArn === undefined || target.groups.has(name) || choices.groupRoles.has(roleArn)) continue;
    const owner = ownerOf(roleArn);
    if (owner !== own) foreign.set(owner, [...(foreign.get(owner) ?? []), name]);
  }
  return [...foreign].map(([owner, names]) =>
    firmFault(
      `foreign-group-roles:${owner}`,
      `${describeGroups(names)} of ${owner}, and the target is in ${own}.`,
      "Map each with --group-role <old>=<new>, or give --without-group-roles.",
    ),
  );
}

function describeGroups([first = "", ...others]: readonly string[]): string {
  if (others.length === 0) return `Group ${showName(first)} has a role`;
  return `${formatCount(others.length + 1)} groups (${showName(first)}, …) have roles`;
}

function findBadMappings({ target, groups, choices }: PoolComparison): PoolFault[] {
  const own = ownerOf(target.arn);
  const roles = new Set(groups.map(({ roleArn }) => roleArn));
  return [...choices.groupRoles].flatMap(([old, mapped]) => {
    if (!roles.has(old)) {
      return [
        firmFault(
          `unused-group-role:${old}`,
          `--group-role maps ${showName(old, ARN_LENGTH)}, which no group of the set has.`,
          "Check the ARN, or leave it out.",
        ),
      ];
    }
    if (ownerOf(mapped) === own) return [];
    return [
      firmFault(
        `foreign-mapped-role:${mapped}`,
        `--group-role maps to ${showName(mapped, ARN_LENGTH)}, which is no role of ${own}, where the target is.`,
        "Give a role of that account.",
      ),
    ];
  });
}

function findCountFaults({ target, groups, tally }: PoolComparison): PoolFault[] {
  const faults: PoolFault[] = [];
  const all = new Set([...target.groups.keys(), ...groups.map(({ name }) => name)]).size;
  if (all > GROUPS_PER_POOL) {
    faults.push(
      firmFault(
        "too-many-groups",
        `With those of the set the target would have ${formatCount(all)} groups; Cognito allows ${formatCount(GROUPS_PER_POOL)}.`,
        "Delete groups of the target that nobody needs.",
      ),
    );
  }
  if (tally.overGroupLimit > 0) {
    faults.push(
      acceptableFault(
        "too-many-memberships",
        `${usersAre(tally.overGroupLimit)} in more than ${GROUPS_PER_USER} groups, up to ${formatCount(tally.mostGroups)}; Cognito allows no more.`,
        "",
        "leaves those users out",
      ),
    );
  }
  return faults;
}

/**
 * The account of a role or user pool, with its partition where that is not `aws` ("aws-cn:123456789012"); "no account"
 * where the ARN is of neither.
 */
function ownerOf(arn: string): string {
  const read = /^arn:([\w-]+):(?:iam::|cognito-idp:[\w-]+:)(\d{12}):(?:role|userpool)\/./.exec(arn);
  const [, partition, account] = read ?? [];
  if (account === undefined) return "no account";
  return partition === "aws" ? account : `${partition}:${account}`;
}
