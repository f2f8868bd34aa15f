import { describe, expect, test } from "vitest";
import type { DeployedParts } from "../../../infra/deployment/deployed-parts.ts";
import { findForbiddenChanges } from "../../../infra/immutable/immutable-guard.ts";
import { deployedState } from "../../support/deployed-parts.ts";
import { type Change, goodSettings } from "../../support/sample-settings.ts";

type AuditPart = NonNullable<DeployedParts["audit"]>;

const everything: AuditPart = {
  keepDays: 365,
  logGroups: { notifications: "notifications", userEvents: "user-events", signIns: "sign-ins" },
  accessLogs: { bucket: "logs", folder: "AWSLogs/" },
  trail: { kind: "create", trailArn: "trail", bucket: "evidence", keyArn: "key" },
};
const LET_GO =
  "put it back, add evidence to sekisho:letGo.parts, deploy, and only then take it out (docs/letting-go.md); it stays in AWS";
/** Made anew each time: a later change writes into it. */
const kept = (): Change[] => [
  [["users", "tier"], "plus"],
  [["audit"], { trail: "create", userEvents: "log", signInLog: "trigger" }],
];

function changes(wanted: readonly Change[], audit = everything, letGo: string[] = []) {
  const settings = goodSettings(...kept(), ...wanted);
  const state = deployedState(goodSettings(...kept()));
  const empty = { generations: [], groups: [], clients: [] };
  const parts = { ...state.parts, audit, "let-go": { ...empty, parts: letGo } };
  return findForbiddenChanges({ ...state, parts }, settings);
}

describe("logs and evidence", () => {
  test.each<[string, Change, string, string]>([
    ["all of it", [["audit"], undefined], "sekisho:audit", "cannot go: its logs say who signed in"],
    [
      "access logs",
      [["audit", "accessLogs"], false],
      "sekisho:audit.accessLogs",
      "cannot become false: the logs of who asked for what lie in a bucket that is protected",
    ],
    [
      "the trail",
      [["audit", "trail"], "existing"],
      "sekisho:audit.trail",
      "cannot change from create to existing: the trail and its evidence are protected",
    ],
    [
      "user events",
      [["audit", "userEvents"], "off"],
      "sekisho:audit.userEvents",
      "cannot become off: user-events is protected",
    ],
    [
      "the log of sign-ins",
      [["audit", "signInLog"], "off"],
      "sekisho:audit.signInLog",
      "cannot become off: sign-ins is protected",
    ],
  ])("do not leave the stack by a slip: %s", (_, change, path, message) => {
    expect(changes([change])).toEqual([{ path, message: `${message}; ${LET_GO}` }]);
  });

  test("leave it once they were let go", () => {
    expect(changes([[["audit", "signInLog"], "off"]], everything, ["evidence"])).toEqual([]);
    expect(changes([[["audit"], undefined]], everything, ["evidence"])).toEqual([]);
  });

  test("stay without a word, and may become more", () => {
    expect(changes([])).toEqual([]);
    const little: AuditPart = {
      keepDays: 365,
      logGroups: { notifications: "notifications" },
      trail: { kind: "existing" },
    };
    expect(changes([], little)).toEqual([]);
    expect(changes([[["audit"], { accessLogs: false }]], little)).toEqual([]);
  });
});
