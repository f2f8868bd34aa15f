import { LEGACY_SUB } from "./target-pool.ts";

/** What is left out of users because somebody accepted it. */
export interface Omissions {
  /** Attributes of which no user gets any value. */
  attributes: ReadonlySet<string>;
  /** Attributes of which users get those values that fit (findValueFault). */
  unfitValues: ReadonlySet<string>;
  /** Identity providers to which nobody is linked. */
  providers: ReadonlySet<string>;
}

/** What the codes of accepted faults leave out of users; those that leave out whole users are not among it. */
export function acceptedOmissions(codes: readonly string[]): Omissions {
  const namesAfter = (...kinds: string[]) =>
    codes.flatMap((code) => {
      const kind = kinds.find((one) => code.startsWith(`${one}:`));
      return kind === undefined ? [] : [code.slice(kind.length + 1)];
    });
  return {
    attributes: new Set([
      ...namesAfter("missing-attribute", "developer-only"),
      ...(codes.includes("legacy-sub") ? [LEGACY_SUB] : []),
    ]),
    unfitValues: new Set(namesAfter("attribute-type", "too-long", "too-short", "too-small", "too-large")),
    providers: new Set(namesAfter("missing-provider")),
  };
}
