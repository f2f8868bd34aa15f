import { describe, expect, test } from "vitest";
import { findForbiddenChanges } from "../../../infra/immutable/immutable-guard.ts";
import type { Settings } from "../../../infra/settings.ts";
import { deployedState } from "../../support/deployed-parts.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

/** The generation in use, then the one that is accepted as well. */
type Generations = readonly [generation: number, ...alsoAccept: number[]];

function stackWith(generations: Generations | undefined, ...more: readonly Change[]): Settings {
  const [generation, ...alsoAccept] = generations ?? [undefined];
  return goodSettings(
    [["clients", "web", "generation"], generation],
    [["clients", "web", "alsoAccept"], alsoAccept.length > 0 ? alsoAccept : undefined],
    ...more,
  );
}

function findBetween(before: Generations | undefined, after: Generations) {
  return findForbiddenChanges(deployedState(stackWith(before)), stackWith(after));
}

function tooSoon(wanted: number, before: number): string {
  return (
    `cannot become ${wanted}, of which there is no client yet that is accepted everywhere; put ${before} back, add ` +
    `alsoAccept: [${wanted}], deploy, and only then use it (docs/client-swap.md)`
  );
}

function leftBehind(before: number): string {
  return (
    `lacks ${before}, which was in use up to now: whoever signed in through it would be turned away; make it ` +
    `[${before}], deploy, and take it out in a later deployment (docs/client-swap.md)`
  );
}

function usedTwice(number: number, next: number): string {
  return `lists generation ${number}, which this client no longer has, and none below the one in use comes again; take ${next} (docs/client-swap.md)`;
}

describe("a move from one generation of a client to the next", () => {
  test.each<[what: string, before: Generations | undefined, after: Generations]>([
    ["a second one comes beside the first", [1], [1, 2]],
    ["beside a first one that was never numbered", undefined, [1, 2]],
    ["the second comes into use, the first stays beside it", [1, 2], [2, 1]],
    ["the first goes", [2, 1], [2]],
    ["nothing changes half-way", [2, 1], [2, 1]],
    ["the way back to the first", [2, 1], [1, 2]],
    ["the second goes unused", [1, 2], [1]],
    ["a third comes when the first goes", [2, 1], [2, 3]],
    ["a third comes beside the second", [2], [2, 3]],
    ["a third comes instead of a second that was never used", [1, 2], [1, 3]],
  ])("passes when each step has a deployment of its own: %s", (_what, before, after) => {
    expect(findBetween(before, after)).toEqual([]);
  });

  test.each<[what: string, before: Generations, after: Generations, key: string, message: string]>([
    ["a generation that nothing accepts yet", [1], [2, 1], "generation", tooSoon(2, 1)],
    ["a generation that takes the place of the first at once", [1], [2], "generation", tooSoon(2, 1)],
    ["another one than the one that is there", [1, 2], [3, 1], "generation", tooSoon(3, 1)],
    ["a first one that is gone", [2], [1, 2], "generation", tooSoon(1, 2)],
    ["no way back for whoever signed in through the first", [1, 2], [2], "alsoAccept", leftBehind(1)],
    ["the first left out for a third", [1, 2], [2, 3], "alsoAccept", leftBehind(1)],
    ["a way back that forgets the second", [2, 1], [1], "alsoAccept", leftBehind(2)],
    ["the number of a client that is gone", [2], [2, 1], "alsoAccept", usedTwice(1, 3)],
    ["the number of a client that went before another", [5, 7], [5, 3], "alsoAccept", usedTwice(3, 8)],
  ])("is refused in one sentence: %s", (_what, before, after, key, message) => {
    expect(findBetween(before, after)).toEqual([{ path: `sekisho:clients.web.${key}`, message }]);
  });

  test("may begin anywhere for a client that is new, and for all of them on a first deployment", () => {
    const wanted = stackWith([7, 3]);
    const others = deployedState(stackWith([1]));
    const { web: _new, ...clients } = others.parts.clients ?? {};
    expect(findForbiddenChanges({ ...others, parts: { ...others.parts, clients } }, wanted)).toEqual([]);
    expect(findForbiddenChanges({ parts: {}, isPoolThere: false }, wanted)).toEqual([]);
  });

  test("is the same after a loss of the pool: refresh and up make the clients that the settings name", () => {
    const lost = { ...deployedState(stackWith([2, 1])), isPoolThere: false };
    expect(findForbiddenChanges(lost, stackWith([2, 1]))).toEqual([]);
    expect(findForbiddenChanges(lost, stackWith([2]))).toEqual([]);
  });

  test("is not held up in a stack that was disposable before", () => {
    const deployed = deployedState(stackWith([1], [["disposable"], true]));
    expect(findForbiddenChanges(deployed, stackWith([2], [["disposable"], true]))).toEqual([]);
  });

  test("cannot hide in a move to another pool, whose kept clients are found by their numbers", () => {
    const moved = stackWith(
      [2],
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
      [["signInPage", "domainPrefix"], "second"],
    );
    expect(findForbiddenChanges(deployedState(stackWith([1])), moved)).toEqual([
      { path: "sekisho:clients.web.generation", message: tooSoon(2, 1) },
    ]);
  });
});
