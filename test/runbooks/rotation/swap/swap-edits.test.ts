import { describe, expect, it } from "vitest";
import {
  chooseEdit,
  type NextEdit,
  refuseOtherSettings,
  type SwapGoal,
  type SwapSettings,
} from "../../../../runbooks/rotation/swap/swap-edits.ts";
import type { SwapStage, SwapState } from "../../../../runbooks/rotation/swap/swap-state.ts";

const settings = (generation: number, ...alsoAccept: number[]): SwapSettings => ({ generation, alsoAccept });

function stateOf(stage: SwapStage, inUse: number, other?: number): SwapState {
  const generation = (number: number) => ({ number, clientId: `client-${number}` });
  return {
    stage,
    inUse: generation(inUse),
    other: other === undefined ? undefined : generation(other),
    current: { versionId: "v", stages: ["AWSCURRENT"], clientId: `client-${inUse}` },
    leftovers: [],
    foreignRules: [],
  };
}

const reached: NextEdit = { reached: true };
const edit = (
  move: "add" | "move" | "return" | "remove",
  generation: number,
  asked: SwapSettings,
): NextEdit => ({
  edit: { move, generation, settings: asked },
});

describe("the next deployment", () => {
  it.each<[SwapStage, number, number | undefined, SwapGoal, NextEdit]>([
    ["alone", 1, undefined, "forward", edit("add", 2, settings(1, 2))],
    ["alone", 2, undefined, "forward", edit("add", 3, settings(2, 3))],
    ["beside", 1, 2, "forward", edit("move", 2, settings(2, 1))],
    ["moving", 1, 2, "forward", edit("move", 2, settings(2, 1))],
    ["moving", 2, 1, "forward", edit("move", 2, settings(2, 1))],
    ["moved", 2, 1, "forward", reached],
    ["returned", 1, 2, "forward", edit("move", 2, settings(2, 1))],

    ["alone", 1, undefined, "rollback", reached],
    ["beside", 1, 2, "rollback", edit("remove", 2, settings(1))],
    ["moving", 1, 2, "rollback", edit("return", 1, settings(1, 2))],
    ["moving", 2, 1, "rollback", edit("return", 1, settings(1, 2))],
    ["moved", 2, 1, "rollback", edit("return", 1, settings(1, 2))],
    ["returned", 1, 2, "rollback", reached],

    ["alone", 2, undefined, "finish", reached],
    ["moved", 2, 1, "finish", edit("remove", 1, settings(2))],
    ["returned", 1, 2, "finish", edit("remove", 2, settings(1))],
    ["leaving", 2, 1, "finish", edit("remove", 1, settings(2))],
  ])("from %s with generation %s in use beside %s, %s", (stage, inUse, other, goal, expected) => {
    const found = other === undefined ? settings(inUse) : settings(inUse, other);
    expect(chooseEdit(stateOf(stage, inUse, other), goal, found)).toEqual(expected);
  });

  it.each<[SwapStage, number, number | undefined, SwapGoal, string, string]>([
    [
      "alone",
      99,
      undefined,
      "forward",
      "Generation 99 is the last one that settings take.",
      "Make a client of another name.",
    ],
    [
      "beside",
      1,
      2,
      "finish",
      "Generation 2 is not in use yet, so there is nothing to finish.",
      "--apply goes on, --rollback takes it away again.",
    ],
    [
      "moving",
      1,
      2,
      "finish",
      "A deployment between generation 1 and 2 has not ended.",
      "End it first: --apply goes on, --rollback goes back.",
    ],
    [
      "leaving",
      2,
      1,
      "rollback",
      "The client of generation 1 is deleted already, so nothing can return to it.",
      "--finish ends this swap; then begin another one.",
    ],
    [
      "leaving",
      2,
      1,
      "forward",
      "The client of generation 1 is deleted already, so nothing can return to it.",
      "--finish ends this swap; then begin another one.",
    ],
  ])(
    "is refused from %s with generation %s in use beside %s, %s",
    (stage, inUse, other, goal, refusal, remedy) => {
      const found = other === undefined ? settings(inUse) : settings(inUse, other);
      expect(chooseEdit(stateOf(stage, inUse, other), goal, found)).toEqual({ refusal, remedy });
    },
  );

  it("takes an edit back that was never deployed, because the next deployment of anybody would do it", () => {
    expect(chooseEdit(stateOf("alone", 1), "rollback", settings(1, 2))).toEqual(
      edit("remove", 2, settings(1)),
    );
    expect(chooseEdit(stateOf("moved", 2, 1), "forward", settings(2))).toEqual(
      edit("move", 2, settings(2, 1)),
    );
    expect(chooseEdit(stateOf("returned", 1, 2), "rollback", settings(1))).toEqual(
      edit("return", 1, settings(1, 2)),
    );
  });

  it("deletes what a deployment that was cut off did not come to", () => {
    const cutOff = { ...stateOf("alone", 2), leftovers: [{ number: 1, clientId: "client-1" }] };
    expect(chooseEdit(cutOff, "finish", settings(2))).toEqual(edit("remove", 1, settings(2)));
    expect(chooseEdit(cutOff, "rollback", settings(2))).toEqual(edit("remove", 1, settings(2)));
    expect(chooseEdit(cutOff, "forward", settings(2))).toEqual(edit("add", 3, settings(2, 3)));
  });

  it("is refused where the goal is the end and the stack file has an edit that was never deployed", () => {
    expect(chooseEdit(stateOf("alone", 1), "finish", settings(1, 2))).toEqual({
      refusal:
        "The stack file says generation 1 beside 2, which is not deployed, so there is nothing to finish.",
      remedy: "--apply goes on, --rollback takes it out again.",
    });
  });
});

describe("a stack file beside the deployment", () => {
  it.each<[SwapState, SwapSettings]>([
    [stateOf("alone", 1), settings(1)],
    [stateOf("alone", 1), settings(1, 2)],
    [stateOf("beside", 1, 2), settings(1, 2)],
    [stateOf("beside", 1, 2), settings(2, 1)],
    [stateOf("moved", 2, 1), settings(2, 1)],
    [stateOf("moved", 2, 1), settings(2)],
    [stateOf("moved", 2, 1), settings(1, 2)],
    [stateOf("returned", 1, 2), settings(1)],
  ])("may be as deployed or anywhere on the way", (state, found) => {
    expect(refuseOtherSettings(state, found)).toBeUndefined();
  });

  it.each<[SwapState, SwapSettings, string]>([
    [stateOf("alone", 1), settings(2), "says generation 2, and deployed is generation 1"],
    [stateOf("alone", 2), settings(2, 1), "says generation 2 beside 1, and deployed is generation 2"],
    [stateOf("alone", 1), settings(1, 3), "says generation 1 beside 3, and deployed is generation 1"],
    [
      stateOf("beside", 1, 2),
      settings(3, 2),
      "says generation 3 beside 2, and deployed is generation 1 beside 2",
    ],
  ])("is refused for anything else", (state, found, problem) => {
    expect(refuseOtherSettings(state, found)).toBe(problem);
  });
});
