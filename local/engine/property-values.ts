import structs, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";

export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | PropertyValue[]
  | { [key: string]: PropertyValue };
export type PropertyMap = { [key: string]: PropertyValue };

/** Properties as plain values, with what Pulumi's wire format says about them beside them. */
export interface OpenProperties {
  values: PropertyMap;
  /** Names of the properties that hold a secret anywhere inside, sorted. */
  secrets: string[];
  /** Paths whose value is not known yet, which only a preview may have. */
  unknowns: string[];
  /** Paths of assets and archives: the contents of files, not values of the program. */
  assets: string[];
}

// The marks of Pulumi's wire format, as @pulumi/pulumi/runtime/rpc writes them.
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Opens what the program sent: secrets are revealed and listed, references become ids, nulls in objects are left out. */
export function openProperties(struct: Struct | undefined): OpenProperties {
  const found: Found = { secrets: new Set(), unknowns: [], assets: [] };
  const values: PropertyMap = {};
  for (const [key, wire] of Object.entries(struct?.toJavaScript() ?? {})) {
    const value = openValue(wire, key, found);
    if (value !== undefined && value !== null) values[key] = value;
  }
  const { unknowns, assets } = found;
  return { values, secrets: [...found.secrets].sort(), unknowns, assets };
}

/** Opens one value, such as a replacement trigger. */
export function openSingleValue(wire: unknown): { value: PropertyValue; isSecret: boolean } {
  const found: Found = { secrets: new Set(), unknowns: [], assets: [] };
  const value = openValue(wire, "value", found) ?? null;
  return { value, isSecret: found.secrets.size > 0 };
}

/** Writes properties for the program; those named in `secrets` arrive there as secrets. */
export function sealProperties(values: PropertyMap, secrets: Iterable<string> = []): Struct {
  const secret = new Set(secrets);
  return structs.Struct.fromJavaScript(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        secret.has(key) ? { [MARK]: SECRET, value: value } : value,
      ]),
    ),
  );
}

interface Found {
  secrets: Set<string>;
  unknowns: string[];
  assets: string[];
}

function openValue(wire: unknown, path: string, found: Found): PropertyValue | undefined {
  if (wire === UNKNOWN) {
    found.unknowns.push(path);
    return undefined;
  }
  if (Array.isArray(wire)) {
    return wire.map((element, place) => openValue(element, `${path}[${place}]`, found) ?? null);
  }
  if (isObject(wire)) return MARK in wire ? openMarked(wire, path, found) : openObject(wire, path, found);
  if (typeof wire === "string" || typeof wire === "number" || typeof wire === "boolean") return wire;
  return null;
}

function isObject(wire: unknown): wire is Record<string, unknown> {
  return typeof wire === "object" && wire !== null;
}

function openMarked(wire: Record<string, unknown>, path: string, found: Found): PropertyValue | undefined {
  const { [MARK]: mark, value, ...rest } = wire;
  switch (mark) {
    case SECRET:
      found.secrets.add(topLevelName(path));
      return openValue(value, path, found);
    case OUTPUT:
      if (rest.secret === true) found.secrets.add(topLevelName(path));
      return openValue("value" in wire ? value : UNKNOWN, path, found);
    case RESOURCE:
      // A custom resource goes to AWS by its id; a component has none and keeps its URN.
      return openValue(rest.id ?? rest.urn, path, found);
    case ASSET:
    case ARCHIVE:
      found.assets.push(path);
      // Their text, path or parts say it all.
      return openObject(rest, path, found);
    default:
      return openObject(rest, path, found);
  }
}

function openObject(wire: Record<string, unknown>, path: string, found: Found): PropertyMap {
  const values: PropertyMap = {};
  for (const [key, inner] of Object.entries(wire)) {
    const value = openValue(inner, childPath(path, key), found);
    if (value !== undefined && value !== null) values[key] = value;
  }
  return values;
}

/** The path of a property of an object: `tags["sekisho:stack"]`, `rule.id`. */
export function childPath(path: string, key: string): string {
  const isPlain = /^[\w-]+$/.test(key);
  if (path === "") return isPlain ? key : `[${JSON.stringify(key)}]`;
  return isPlain ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

// Pulumi's SDK knows secrets per property only, so finer marks would be lost on the way back anyway.
function topLevelName(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}
