/** Where URNs live: one stack of one project. */
export interface Place {
  project: string;
  stack: string;
}

/** How a resource was called before, as its alias says; what is missing stayed as it is. */
export interface AliasSpec {
  name?: string;
  type?: string;
  project?: string;
  stack?: string;
  /** Empty = it had no parent. */
  parentUrn: string;
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/** The URN Pulumi gives a resource. A child of the stack itself does not carry its parent's type. */
export function urnOf({ project, stack }: Place, parentUrn: string, type: string, name: string): string {
  const parentType = parentUrn === "" ? STACK_TYPE : qualifiedType(parentUrn);
  const qualified = parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** The URN an alias means for this resource. */
export function aliasUrn(place: Place, own: { type: string; name: string }, alias: AliasSpec): string {
  return urnOf(
    { project: alias.project || place.project, stack: alias.stack || place.stack },
    alias.parentUrn,
    alias.type || own.type,
    alias.name || own.name,
  );
}

/**
 * The URNs a child had under the former names of its parent. A child named after its parent was renamed with it,
 * as the Pulumi engine assumes too.
 */
export function inheritedUrns(
  place: Place,
  child: { type: string; name: string },
  parent: { name: string; aliases: readonly string[] },
): string[] {
  return parent.aliases.map((parentAlias) => {
    const name = child.name.startsWith(parent.name)
      ? `${urnName(parentAlias)}${child.name.slice(parent.name.length)}`
      : child.name;
    return urnOf(place, parentAlias, child.type, name);
  });
}

/** The name at the end of a URN. */
export function urnName(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}
