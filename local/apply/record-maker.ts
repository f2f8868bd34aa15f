import { createHash } from "node:crypto";
import type { PropertyMap } from "../engine/property-values.ts";
import type { Maker, Target } from "./maker.ts";

/** What the provider would have added to a resource that is only noted down. */
type Invention = (
  target: Target,
) => Promise<{ id: string; outputs: PropertyMap }> | { id: string; outputs: PropertyMap };

/** A maker that makes nothing: the program gets an id and outputs that look right. */
export function recordMaker(invent: Invention): Maker {
  return {
    isRecorded: true,
    create: async (target) => (await invent(target)).id,
    read: async (existing) => (await invent(existing)).outputs,
    update: async () => {},
    delete: async () => {},
  };
}

/** Seventeen hexadecimal digits, as EC2 has them; always the same for the same name in a Region. */
export function hexOf({ type, name, aws }: Target): string {
  return createHash("sha256").update(`${type} ${name} ${aws.region}`).digest("hex").slice(0, 17);
}
