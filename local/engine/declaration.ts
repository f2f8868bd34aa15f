import { createHash } from "node:crypto";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { openProperties, openSingleValue, type PropertyValue } from "./property-values.ts";
import type { Declaration, ResourceOptions } from "./registration.ts";
import { aliasUrn, inheritedUrns, type Place, urnOf } from "./urn.ts";

/** What a request to register a resource asks for, and the input paths whose value is not known or is a file's. */
export interface ResourceRequest {
  declaration: Declaration;
  unknowns: string[];
  assets: string[];
}

/** Reads a request of the program. `parent` is the registered parent, if there is one. */
export function readRequest(
  request: RegisterResourceRequest,
  place: Place,
  parent: Declaration | undefined,
): ResourceRequest {
  const type = request.getType();
  const name = request.getName();
  const { values, secrets, unknowns, assets } = openProperties(request.getObject());
  return {
    unknowns,
    assets,
    declaration: {
      urn: urnOf(place, parent?.urn ?? "", type, name),
      type,
      name,
      isCustom: request.getCustom(),
      inputs: values,
      secretInputs: secrets,
      options: readOptions(request, place, parent),
    },
  };
}

function readOptions(
  request: RegisterResourceRequest,
  place: Place,
  parent: Declaration | undefined,
): ResourceOptions {
  const timeouts = request.getCustomtimeouts();
  return {
    parent: request.getParent(),
    dependsOn: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      request
        .getPropertydependenciesMap()
        .toArray()
        .map(([property]) => [property, dependenciesOf(request, property)]),
    ),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    ...(request.getDeletebeforereplacedefined()
      ? { deleteBeforeReplace: request.getDeletebeforereplace() }
      : {}),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: readTrigger(request),
    importId: request.getImportid(),
    customTimeouts: {
      create: timeouts?.getCreate() ?? "",
      update: timeouts?.getUpdate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
    aliases: readAliases(request, place, parent),
    deletedWith: request.getDeletedwith(),
  };
}

function dependenciesOf(request: RegisterResourceRequest, property: string): string[] {
  return request.getPropertydependenciesMap().get(property)?.getUrnsList() ?? [];
}

/** A secret trigger is kept as its fingerprint: only whether it changed matters. */
function readTrigger(request: RegisterResourceRequest): PropertyValue {
  const wire = request.getReplacementTrigger()?.toJavaScript();
  const { value, isSecret } = openSingleValue(wire);
  if (!isSecret) return value;
  return `sha256:${createHash("sha256").update(JSON.stringify(value)).digest("hex")}`;
}

function readAliases(
  request: RegisterResourceRequest,
  place: Place,
  parent: Declaration | undefined,
): string[] {
  const own = { type: request.getType(), name: request.getName() };
  const aliases = request.getAliasesList().map((alias) => readAlias(alias, own, place, request.getParent()));
  const inherited = parent
    ? inheritedUrns(place, own, { name: parent.name, aliases: parent.options.aliases })
    : [];
  return [...new Set([...request.getAliasurnsList(), ...aliases, ...inherited])];
}

function readAlias(
  alias: Alias,
  own: { type: string; name: string },
  place: Place,
  parentUrn: string,
): string {
  const spec = alias.getSpec();
  if (!spec) return alias.getUrn();
  return aliasUrn(place, own, {
    name: spec.getName(),
    type: spec.getType(),
    project: spec.getProject(),
    stack: spec.getStack(),
    parentUrn: spec.getNoparent() ? "" : spec.getParenturn() || parentUrn,
  });
}
