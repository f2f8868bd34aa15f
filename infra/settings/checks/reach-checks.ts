import { findCoveringRules } from "../../aws-access/role-coverage.ts";
import { findCoveringRoutes } from "../../routes/route-coverage.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";

/** A rule that never decides is a person without the role that somebody meant to give. */
export const accessRulesAreReached = needing(["awsAccess"], ({ awsAccess }) => {
  const rules = awsAccess?.rules ?? [];
  return rules.flatMap((rule, place): Fault[] => {
    const covering = findCoveringRules(rule, rules.slice(0, place));
    if (covering === undefined) return [];
    const earlier = covering.map((index) => settingPath("sekisho:awsAccess", "rules", index)).join(" and ");
    const verb = covering.length === 1 ? "takes" : "take";
    const message = `can never decide: ${earlier} ${verb} every value of ${rule.claim} that it fits; move it before, or take it out`;
    return [{ path: settingPath("sekisho:awsAccess", "rules", place), message }];
  });
});

/** A rule that never acts is a way that stands open, or closed, against what the file seems to say. */
export const routesAreReached = needing(["routes"], ({ routes }) =>
  (routes?.rules ?? []).flatMap((rule, place, rules): Fault[] => {
    const earlier = rules
      .filter(({ slot }) => slot < rule.slot)
      .toSorted((one, other) => one.slot - other.slot);
    const covering = findCoveringRoutes(rule, earlier);
    if (covering === undefined) return [];
    const names = covering.map(({ name, slot }) => `${name} (slot ${slot})`).join(" and ");
    const verb = covering.length === 1 ? "takes" : "take";
    const message = `(${rule.name}) can never act: ${names} ${verb} every request that it fits; give it a lower slot, narrow the others, or take it out`;
    return [{ path: settingPath("sekisho:routes", "rules", place), message }];
  }),
);
