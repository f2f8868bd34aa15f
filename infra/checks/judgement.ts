import { covers, isLike, type SecurityException } from "./exceptions.ts";
import { type RenderedResource, RenderedStack } from "./rendered-stack.ts";
import type { Requirement } from "./requirement.ts";

/** One question asked of one resource. */
export interface Finding {
  id: string;
  says: string;
  resource: string;
  type: string;
  outcome: "passed" | "excepted" | "failed";
  /** Why it may be so; only with the outcome excepted. */
  reason?: string;
}

/** How one stack answers every question. */
export interface Judgement {
  preset: "baseline" | "strict";
  findings: Finding[];
  /** Ids that no resource of the stack is asked. */
  notApplicable: string[];
  /** The exceptions that excused something, each with the ids and the patterns it was needed for. */
  used: UsedException[];
}

export interface UsedException {
  exception: SecurityException;
  id: string;
  resource: string;
}

/** Asks every question of every resource it is about. Pure. */
export function judge(
  preset: Judgement["preset"],
  resources: readonly RenderedResource[],
  requirements: readonly Requirement[],
  exceptions: readonly SecurityException[],
): Judgement {
  const stack = new RenderedStack(resources);
  const used: UsedException[] = [];
  const findings = requirements.flatMap((requirement) =>
    askedOf(requirement, stack).flatMap((resource) => {
      const isMet = requirement.isMet(resource, stack);
      return requirement.ids.map((id): Finding => {
        const { name, type } = resource;
        const asked = { id, says: requirement.says, resource: name, type };
        if (isMet) return { ...asked, outcome: "passed" };
        const excuse = exceptions.find((exception) => covers(exception, { id, resource: name, preset }));
        if (!excuse) return { ...asked, outcome: "failed" };
        used.push({ exception: excuse, id, resource: name });
        return { ...asked, outcome: "excepted", reason: excuse.reason };
      });
    }),
  );
  const asked = new Set(findings.map(({ id }) => id));
  return {
    preset,
    findings,
    notApplicable: requirements.flatMap(({ ids }) => ids).filter((id) => !asked.has(id)),
    used,
  };
}

/**
 * What the register holds without need, after all these judgements: an id, a pattern of resources or a preset of an
 * exception that excused nothing. One sentence each.
 */
export function findNeedless(
  exceptions: readonly SecurityException[],
  judgements: readonly Judgement[],
): string[] {
  return exceptions.flatMap((exception) => {
    const uses = judgements.flatMap(({ preset, used }) =>
      used.filter((use) => use.exception === exception).map((use) => ({ ...use, preset })),
    );
    const label = `the exception of ${exception.ids[0]} for ${exception.resources[0]}`;
    const needless = [
      ...exception.ids.filter((id) => uses.every((use) => use.id !== id)),
      ...exception.resources.filter((pattern) => uses.every(({ resource }) => !isLike(pattern, resource))),
      ...exception.presets.filter((preset) => uses.every((use) => use.preset !== preset)),
    ];
    return needless.map((entry) => `${label} does not need ${entry}`);
  });
}

/** How an id fares over all resources: the worst of its findings. */
export function outcomesById({ findings }: Pick<Judgement, "findings">): Map<string, Finding["outcome"]> {
  const outcomes = new Map<string, Finding["outcome"]>();
  for (const { id, outcome } of findings) {
    const worst = outcomes.get(id);
    if (worst === undefined || SEVERITY.indexOf(outcome) > SEVERITY.indexOf(worst)) outcomes.set(id, outcome);
  }
  return outcomes;
}

const SEVERITY: readonly Finding["outcome"][] = ["passed", "excepted", "failed"];

function askedOf({ of, where = () => true }: Requirement, stack: RenderedStack): RenderedResource[] {
  return stack.ofType(of).filter((resource) => where(resource, stack));
}
