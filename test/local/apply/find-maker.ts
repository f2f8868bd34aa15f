import type { Maker } from "../../../local/apply/maker.ts";
import { makers } from "../../../local/apply/makers.ts";

/** The maker of a type that must have one. */
export function findMaker(
  type: string,
): Required<Pick<Maker, "create" | "read" | "update" | "delete">> & Maker {
  const maker = makers[type];
  if (!maker) throw new Error(`there is no maker for ${type}`);
  const { update = () => Promise.reject(new Error(`${type} cannot change in place`)) } = maker;
  return { ...maker, update };
}
