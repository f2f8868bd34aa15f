import { compareDeclarations } from "./change.ts";
import { findReplacedDependents, planDeletions } from "./deletion-plan.ts";
import { DeployError } from "./deploy-error.ts";
import type { Ledger, Tally } from "./ledger.ts";
import { type MakerCalls, register } from "./maker-calls.ts";
import type { PropertyMap } from "./property-values.ts";
import { type Declaration, describeResource, type Registration } from "./registration.ts";

/** Brings resources to what the program declares: makes, changes, replaces and deletes them, and keeps the ledger. */
export class ResourceKeeper {
  readonly #ledger: Ledger;
  readonly #calls: MakerCalls;
  // Deleted ahead of their turn, because something they depend on had to go first.
  readonly #condemned = new Set<string>();

  constructor(ledger: Ledger, calls: MakerCalls) {
    this.#ledger = ledger;
    this.#calls = calls;
  }

  /** Does what one declaration asks for and resolves with what the resource has become. */
  async keep(declaration: Declaration): Promise<Registration> {
    const before = this.#ledger.claim(declaration);
    const registration = declaration.isCustom
      ? await this.#keepResource(declaration, before)
      : register(declaration, "component", "", declaration.inputs);
    this.#ledger.enter(registration);
    return registration;
  }

  /** Deletes what the program no longer declares and what was replaced. Refuses before it touches anything. */
  async deleteTheRest(signal: AbortSignal): Promise<void> {
    await this.#strikeWhatIsGone();
    const plan = planDeletions(this.#ledger.unclaimed(), this.#ledger.leftovers());
    if (plan.refusals.length > 0) {
      throw new DeployError(plan.refusals.join(" "), {
        remedy: "Declare it again, or deploy once with `protect` taken off before you remove it.",
      });
    }
    for (const resource of plan.forgotten) this.#ledger.strike(resource);
    for (const resource of plan.deleted) {
      signal.throwIfAborted();
      const isLeftover = this.#ledger.leftovers().includes(resource);
      await this.#delete(resource);
      if (resource.isCustom && !isLeftover) this.#ledger.tally.deleted += 1;
    }
  }

  /** What AWS no longer has needs no protection; it is the refresh that tells Pulumi so. */
  async #strikeWhatIsGone(): Promise<void> {
    const guarded = this.#ledger.unclaimed().filter(({ isCustom, options }) => isCustom && options.protect);
    for (const resource of guarded) {
      if ((await this.#calls.refresh(resource)) === undefined) this.#ledger.strike(resource);
    }
  }

  async #keepResource(declaration: Declaration, before: Registration | undefined): Promise<Registration> {
    const { urn, options } = declaration;
    if ([urn, ...options.aliases].some((name) => this.#condemned.has(name))) {
      return this.#create(declaration, "replaced");
    }
    if (!before && options.importId !== "") {
      return this.#count("unchanged", await this.#calls.adopt(declaration));
    }
    const found = before && (await this.#calls.refresh(before));
    return before && found ? this.#change(declaration, before, found) : this.#create(declaration, "created");
  }

  async #change(declaration: Declaration, before: Registration, found: PropertyMap): Promise<Registration> {
    const change = compareDeclarations(before, declaration);
    const isChangeable = this.#calls.makerOf(declaration).update !== undefined;
    if (change.kind === "refused") {
      throw new DeployError(`${describeResource(declaration)} cannot be changed: ${change.reason}.`);
    }
    if (change.kind === "unchanged") {
      const same = { ...declaration, inputs: change.inputs };
      return this.#count("unchanged", register(same, before.existence, before.id, found));
    }
    if (change.kind === "updated" && isChangeable) {
      return this.#count(
        "updated",
        await this.#calls.update({ ...declaration, inputs: change.inputs }, before),
      );
    }
    if (change.kind === "replaced") return this.#replace(declaration, before, change);
    const isDeletedFirst = declaration.options.deleteBeforeReplace ?? false;
    return this.#replace(declaration, before, { forcedBy: change.changed, isDeletedFirst });
  }

  async #replace(
    declaration: Declaration,
    before: Registration,
    { forcedBy, isDeletedFirst }: { forcedBy: string[]; isDeletedFirst: boolean },
  ): Promise<Registration> {
    // As in Pulumi, taking the protection off and replacing may happen in one go.
    if (before.options.protect && declaration.options.protect) {
      throw new DeployError(
        `${describeResource(declaration)} is protected and cannot be replaced, which the change of ${forcedBy.join(", ")} would need.`,
        { remedy: "Take the change back, or take `protect` off first." },
      );
    }
    if (isDeletedFirst) await this.#deleteAhead(before);
    const created = await this.#create(declaration, "replaced");
    if (!isDeletedFirst) this.#ledger.leaveOver(before);
    return created;
  }

  async #deleteAhead(before: Registration): Promise<void> {
    const dependents = findReplacedDependents(before, this.#ledger.unclaimed());
    const kept = dependents.find(({ options }) => options.protect);
    if (kept) {
      throw new DeployError(
        `${describeResource(before)} cannot be replaced, because ${describeResource(kept)} would have to go with it and is protected.`,
        { remedy: "Take the change back, or take `protect` off first." },
      );
    }
    for (const dependent of dependents) {
      this.#condemned.add(dependent.urn);
      await this.#deleteUnlessRetained(dependent);
    }
    await this.#deleteUnlessRetained(before);
  }

  async #deleteUnlessRetained(resource: Registration): Promise<void> {
    if (resource.options.retainOnDelete) this.#ledger.strike(resource);
    else await this.#delete(resource);
  }

  async #delete(resource: Registration): Promise<void> {
    await this.#calls.delete(resource);
    this.#ledger.strike(resource);
  }

  async #create(declaration: Declaration, as: "created" | "replaced"): Promise<Registration> {
    return this.#count(as, await this.#calls.create(declaration));
  }

  #count(as: keyof Tally, registration: Registration): Registration {
    this.#ledger.tally[registration.existence === "recorded" ? "recorded" : as] += 1;
    return registration;
  }
}
