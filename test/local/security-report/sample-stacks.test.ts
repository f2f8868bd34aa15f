import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readExceptions, type SecurityException } from "../../../infra/checks/exceptions.ts";
import { findNeedless, judge } from "../../../infra/checks/judgement.ts";
import { type RenderedResource, RenderedStack } from "../../../infra/checks/rendered-stack.ts";
import type { Requirement } from "../../../infra/checks/requirement.ts";
import { requirements } from "../../../infra/checks/requirements.ts";
import { renderStack } from "../../../local/render-stack.ts";
import { type StackToJudge, sampleStacks } from "../../../local/security-report/stacks-to-judge.ts";
import { type Change, changesOf } from "./changes.ts";

interface Rendered extends Pick<StackToJudge, "label" | "preset"> {
  resources: RenderedResource[];
}

const EXCEPTIONS = new URL("../../../infra/checks/exceptions.yaml", import.meta.url);

// Each rendering runs the program; so all tests share them.
const rendered: Rendered[] = [];
let exceptions: SecurityException[] = [];

beforeAll(async () => {
  exceptions = readExceptions(await readFile(EXCEPTIONS, "utf8"), "exceptions.yaml");
  for (const { label, preset, raw } of await sampleStacks()) {
    const { registrations } = await renderStack(raw);
    rendered.push({ label, preset, resources: registrations });
  }
}, 300_000);

function judgements() {
  return rendered.map(({ preset, resources }) => judge(preset, resources, requirements, exceptions));
}

describe("the sample, with either preset and either load balancer", () => {
  test("answers every question, or has an exception in writing", () => {
    const failures = judgements().flatMap(({ findings }, place) =>
      findings
        .filter(({ outcome }) => outcome === "failed")
        .map(({ id, resource }) => `${rendered[place]?.label}: ${id} of ${resource}`),
    );
    expect(failures).toEqual([]);
  });

  test("needs every exception there is", () => {
    expect(findNeedless(exceptions, judgements())).toEqual([]);
  });

  test("is asked every question there is, in one of its forms", () => {
    const asked = new Set(judgements().flatMap(({ findings }) => findings.map(({ id }) => id)));
    const unasked = requirements.flatMap(({ ids }) => ids).filter((id) => !asked.has(id));
    expect(unasked).toEqual([]);
  });

  test("has fewer exceptions in the preset strict", () => {
    const count = (preset: string) =>
      judgements()
        .filter((judgement) => judgement.preset === preset)
        .flatMap(({ findings }) => findings.filter(({ outcome }) => outcome === "excepted")).length;
    expect(count("strict")).toBeLessThan(count("baseline"));
  });
});

/** How many resources of all samples meet a requirement. */
function countMet({ of, where = () => true, isMet }: Requirement, change?: Change): number {
  return rendered
    .map(({ resources }) => new RenderedStack(change ? change(structuredClone(plain(resources))) : resources))
    .flatMap((stack) =>
      stack.ofType(of).filter((resource) => where(resource, stack) && isMet(resource, stack)),
    ).length;
}

function plain(resources: readonly RenderedResource[]): RenderedResource[] {
  return resources.map(({ type, name, id, inputs, outputs }) => ({ type, name, id, inputs, outputs }));
}

describe("each question", () => {
  test("has an id that no other question has", () => {
    const ids = requirements.flatMap((requirement) => requirement.ids);
    expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
  });

  test("has a change that turns its answer, and no change is without a question", () => {
    expect(requirements.map(({ says }) => says).toSorted()).toEqual([...changesOf.keys()].toSorted());
  });

  test.each(requirements.map((requirement) => [requirement.says, requirement] as const))(
    "turns when its property does: %s",
    (says, requirement) => {
      const change = changesOf.get(says);
      const before = countMet(requirement);
      const after = countMet(requirement, change?.apply);
      // Nobody met it before: then the change is the one that would mend it.
      if (change?.mends) expect(after).toBeGreaterThan(before);
      else expect([before > 0, after < before]).toEqual([true, true]);
    },
  );
});
