import { describe, expect, test } from "vitest";
import { planDeletions } from "../../../local/engine/deletion-plan.ts";
import { Ledger } from "../../../local/engine/ledger.ts";
import type { Deployment, Registration, ResourceOptions } from "../../../local/engine/registration.ts";
import { declare, urn } from "./fake-makers.ts";

function made(name: string, options: Partial<ResourceOptions> = {}): Registration {
  const declaration = declare("aws:ssm/parameter:Parameter", name, {}, options);
  return { ...declaration, existence: "made", id: `${name}-1`, outputs: {}, secretOutputs: [] };
}

function deployed(...registrations: Registration[]): Deployment {
  const none = { created: 0, recorded: 0, updated: 0, replaced: 0, deleted: 0, unchanged: 0 };
  return { registrations, leftovers: [], outputs: {}, ...none, recordedBecause: [] };
}

describe("the ledger of a deployment", () => {
  test("never counts as dropped what is still being worked on, nor forgets it", () => {
    const ledger = new Ledger(deployed(made("a"), made("b")));
    ledger.claim(made("a"));
    expect(ledger.unclaimed().map(({ name }) => name)).toEqual(["b"]);
    expect(ledger.registrations().map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("shows at any moment what exists: the new where there is one, the old where not", () => {
    const ledger = new Ledger(deployed(made("a"), made("b")));
    ledger.claim(made("b"));
    ledger.enter({ ...made("b"), id: "b-2" });
    ledger.leaveOver(made("b"));
    expect(ledger.registrations().map(({ id }) => id)).toEqual(["a-1", "b-2"]);
    expect(ledger.leftovers().map(({ id }) => id)).toEqual(["b-1"]);
  });

  test("gives each former resource to one declaration only", () => {
    const ledger = new Ledger(deployed(made("a")));
    ledger.claim(made("a"));
    expect(() => ledger.claim(made("a"))).toThrow(
      "a (aws:ssm/parameter:Parameter) is declared twice; give one of the two another name.",
    );
  });
});

describe("deletions", () => {
  test("follow the dependencies, whatever order the resources are listed in", () => {
    const needed = made("needed");
    const user = made("user", { dependsOn: [urn("needed")] });
    const child = made("child", { parent: urn("user") });
    for (const listed of [
      [needed, user, child],
      [child, user, needed],
      [user, child, needed],
    ]) {
      expect(planDeletions(listed, []).deleted.map(({ name }) => name)).toEqual(["child", "user", "needed"]);
    }
  });

  test("put what is replaced and what is dropped in one order", () => {
    const plan = planDeletions(
      [made("user", { dependsOn: [urn("needed")] })],
      [made("needed", { protect: true })],
    );
    expect(plan.deleted.map(({ name }) => name)).toEqual(["user", "needed"]);
    // The replacement was allowed already, so its old half is not protected any more.
    expect(plan.refusals).toEqual([]);
  });
});
