/** Elements that have no end tag (HTML Standard, Void elements). */
const VOID = new Set([
  ...["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"],
]);

/** What mail readers take out or hold against the sender. */
const UNSAFE = new Set([
  ...["script", "style", "iframe", "object", "embed", "form", "input", "link", "base", "svg", "template"],
]);

const TAG = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^"'<>])*)>/gi;

/**
 * The first thing in a mail's HTML that a reader could stumble over, as the end of a sentence that begins with the
 * file: a tag that is not closed, or closed without being open, an element that mail readers remove, a stray `<`.
 */
export function findHtmlFault(html: string): string | undefined {
  const open: string[] = [];
  for (const [whole, slash, name = "", rest = ""] of html.matchAll(TAG)) {
    const element = name.toLowerCase();
    if (element === "") continue;
    if (UNSAFE.has(element)) return `has <${element}>, which mail readers take out; ${instead(element)}`;
    if (/\son[a-z]+\s*=/i.test(rest)) return `has a script in ${shorten(whole)}; mail readers take it out`;
    if (VOID.has(element) || rest.endsWith("/")) continue;
    if (!slash) open.push(element);
    else if (open.at(-1) === element) open.pop();
    else return closedWrongly(element, open.at(-1));
  }
  const last = open.at(-1);
  if (last !== undefined) return `never closes <${last}>`;
  const stray = /<(?![!])[^<>]{0,20}/.exec(html.replace(TAG, ""));
  return stray ? `has ${shorten(stray[0])}, which is no tag; write &lt; for the sign <` : undefined;
}

function instead(element: string): string {
  return element === "style" ? "write styles into the tags (style=…)" : "take it out";
}

function closedWrongly(element: string, open: string | undefined): string {
  return open === undefined
    ? `closes </${element}>, which is not open`
    : `closes </${element}> while <${open}> is open`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
