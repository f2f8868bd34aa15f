import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";

/** The claim that is a list of group names (Amazon Cognito Developer Guide, Understanding the identity token). */
const GROUPS = "cognito:groups";

/**
 * A part of a name is enough for `contains`, so a rule for the group `admin` would also take members of
 * `admin-readonly`. How the other comparisons treat a list AWS does not say, so they are refused (Developer Guide,
 * Using role-based access control).
 */
export const groupRulesFitOneGroup = needing(["awsAccess", "users"], ({ awsAccess, users }) =>
  (awsAccess?.rules ?? []).flatMap(({ claim, match, value }, place): Fault[] => {
    if (claim !== GROUPS) return [];
    const rule = settingPath("sekisho:awsAccess", "rules", place);
    if (match !== "contains") {
      const message = `compares the list ${GROUPS} by ${match}, and AWS does not say how; take contains with the whole name of a group`;
      return [{ path: rule, message }];
    }
    const path = `${rule}.contains`;
    const groups = users.groups.map(({ name }) => name).filter((name) => name.includes(value));
    if (!groups.includes(value)) {
      return [
        { path, message: `is ${value}, but sekisho:users.groups has no group of that name; add it there` },
      ];
    }
    const others = groups.filter((name) => name !== value);
    if (others.length === 0) return [];
    const message = `is ${value}, which the ${others.length === 1 ? "group" : "groups"} ${others.join(", ")} would fit too, because a part of a name is enough; rename one of them, or take a custom attribute with equals`;
    return [{ path, message }];
  }),
);
