import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { readInput } from "./read-input.ts";

const nameShape = z.object({ ConfigurationSetName: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });

/** The options of a set are kept as they came. */
const setShape = nameShape.loose();

/** The SES configuration sets of one account and Region. */
export class ConfigurationSets {
  readonly #sets = new Map<string, z.output<typeof setShape>>();

  /** Answers an operation; undefined when it is none about configuration sets. */
  handle(operation: string, input: unknown): object | undefined {
    switch (operation) {
      case "CreateConfigurationSet":
        return this.#create(readInput(setShape, input, badRequest));
      case "GetConfigurationSet":
        return { ...this.require(nameIn(input)) };
      case "ListConfigurationSets":
        return { ConfigurationSets: [...this.#sets.keys()] };
      case "DeleteConfigurationSet":
        this.#sets.delete(this.require(nameIn(input)).ConfigurationSetName);
        return {};
      default:
        return undefined;
    }
  }

  /** The set of this name. Throws SES's refusal when there is none. */
  require(name: string): z.output<typeof setShape> {
    const set = this.#sets.get(name);
    if (set !== undefined) return set;
    throw new AwsFault("NotFoundException", `Configuration set <${name}> does not exist.`, { status: 404 });
  }

  #create(set: z.output<typeof setShape>): object {
    const name = set.ConfigurationSetName;
    if (this.#sets.has(name)) {
      throw new AwsFault("AlreadyExistsException", `Configuration set <${name}> already exists.`);
    }
    this.#sets.set(name, set);
    return {};
  }
}

function nameIn(input: unknown): string {
  return readInput(nameShape, input, badRequest).ConfigurationSetName;
}

/** What SES says of a request that makes no sense. */
export function badRequest(message: string): AwsFault {
  return new AwsFault("BadRequestException", message);
}
