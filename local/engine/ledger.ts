import { DeployError } from "./deploy-error.ts";
import { type Declaration, type Deployment, describeResource, type Registration } from "./registration.ts";

export type Tally = Pick<
  Deployment,
  "created" | "recorded" | "updated" | "replaced" | "deleted" | "unchanged"
>;

/**
 * The book of one deployment: what existed before, what the program has registered so far, and what is still to be
 * deleted. It can be read at any moment, so that a deployment that fails half-way loses sight of nothing.
 */
export class Ledger {
  readonly tally: Tally = { created: 0, recorded: 0, updated: 0, replaced: 0, deleted: 0, unchanged: 0 };
  readonly #former: Map<string, Registration>;
  readonly #claimed = new Set<string>();
  readonly #entered = new Map<string, Registration>();
  readonly #leftovers: Set<Registration>;

  constructor(previous: Deployment | undefined) {
    this.#former = new Map(previous?.registrations.map((resource) => [resource.urn, resource]));
    this.#leftovers = new Set(previous?.leftovers);
  }

  /** The resource as the last deployment left it, under its URN or an alias; nobody else can claim it afterwards. */
  claim(declaration: Declaration): Registration | undefined {
    const { urn, options } = declaration;
    if (this.#claimed.has(urn)) {
      throw new DeployError(
        `${describeResource(declaration)} is declared twice; give one of the two another name.`,
      );
    }
    this.#claimed.add(urn);
    const former = [urn, ...options.aliases].find((name) => this.#former.has(name));
    const before = former === undefined ? undefined : this.#former.get(former);
    return before && before.urn !== urn ? this.#rename(before, urn) : before;
  }

  /** Notes what a resource has become. */
  enter(registration: Registration): void {
    this.#former.delete(registration.urn);
    this.#entered.set(registration.urn, registration);
  }

  find(urn: string): Registration | undefined {
    return this.#entered.get(urn);
  }

  /** Notes a resource that was replaced and is to go at the end. */
  leaveOver(registration: Registration): void {
    this.#leftovers.add(registration);
  }

  /** Forgets a resource that is no longer there. */
  strike(registration: Registration): void {
    this.#leftovers.delete(registration);
    if (this.#former.get(registration.urn) === registration) this.#former.delete(registration.urn);
  }

  /** What the last deployment had and this program has not declared so far. */
  unclaimed(): Registration[] {
    return [...this.#former.values()].filter(({ urn }) => !this.#claimed.has(urn));
  }

  leftovers(): Registration[] {
    return [...this.#leftovers];
  }

  /** Everything that exists now, oldest first. */
  registrations(): Registration[] {
    return [...this.#former.values(), ...this.#entered.values()];
  }

  #rename(before: Registration, urn: string): Registration {
    const renamed = { ...before, urn };
    this.#former.delete(before.urn);
    this.#former.set(urn, renamed);
    return renamed;
  }
}
