/** A value of the query protocol: text, or what `.member.N`, `.entry.N` and dots nest. */
export type QueryValue = string | QueryValue[] | { [name: string]: QueryValue };

/**
 * The parameters of a query-protocol request as nested values: `Actions.member.1.Type=forward` becomes
 * `{ Actions: [{ Type: "forward" }] }`, and a map's `entry.N.key` and `entry.N.value` one object. Every leaf is text.
 */
export function readQueryInput(body: string): Record<string, QueryValue> {
  const tree: Branch = new Map();
  for (const [path, value] of new URLSearchParams(body)) {
    if (path !== "Action" && path !== "Version") put(tree, path.split("."), value);
  }
  return Object.fromEntries([...tree].map(([name, node]) => [name, simplify(node)]));
}

/** The members of a result as XML: lists as `<member>`, a Map as `<entry>`, absent values left out. */
export function writeQueryResult(output: object): string {
  return Object.entries(output)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${writeValue(value)}</${name}>`)
    .join("");
}

/** Text as the content of an XML element; control characters that XML 1.0 cannot carry are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;");
}

type Branch = Map<string, Branch | string>;

function put(tree: Branch, path: readonly string[], value: string): void {
  const [name = "", ...rest] = path;
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const below = tree.get(name);
  const branch: Branch = below instanceof Map ? below : new Map();
  tree.set(name, branch);
  put(branch, rest, value);
}

function simplify(node: Branch | string): QueryValue {
  if (typeof node === "string") return node;
  const members = node.get("member");
  if (members instanceof Map) return inOrder(members).map(simplify);
  const entries = node.get("entry");
  if (entries instanceof Map) return Object.fromEntries(inOrder(entries).map(readEntry));
  return Object.fromEntries([...node].map(([name, below]) => [name, simplify(below)]));
}

function inOrder(numbered: Branch): (Branch | string)[] {
  return [...numbered].sort(([one], [other]) => Number(one) - Number(other)).map(([, node]) => node);
}

function readEntry(entry: Branch | string): [string, QueryValue] {
  if (typeof entry === "string") return [entry, ""];
  const key = entry.get("key");
  return [typeof key === "string" ? key : "", simplify(entry.get("value") ?? "")];
}

function writeValue(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `<member>${writeValue(item)}</member>`).join("");
  if (value instanceof Map) {
    return [...value]
      .map(
        ([key, item]) =>
          `<entry><key>${escapeXml(String(key))}</key><value>${writeValue(item)}</value></entry>`,
      )
      .join("");
  }
  return typeof value === "object" && value !== null ? writeQueryResult(value) : escapeXml(String(value));
}
