/** The SES v2 operation of a method and path, or undefined when it is none that is known here (SES API v2 reference). */
export function readEmailOperation(method: string, pathname: string): string | undefined {
  const [, ...parts] = pathname.replace(/^\/v2\/email/, "").split("/");
  const shape = parts.map((part, place) => (isName(place, parts) ? "*" : part)).join("/");
  return OPERATIONS[`${method} ${shape}`];
}

/** The name in a path such as `identities/example.com/mail-from`, decoded. */
export function readPathName(pathname: string): string {
  return decodeURIComponent(pathname.split("/")[4] ?? "");
}

const COLLECTIONS = ["identities", "configuration-sets"];

/** The second part of a path below a collection is a name, whatever it says. */
function isName(place: number, parts: readonly string[]): boolean {
  return place === 1 && COLLECTIONS.includes(parts[0] ?? "");
}

const OPERATIONS: Readonly<Record<string, string>> = {
  "GET account": "GetAccount",
  "POST identities": "CreateEmailIdentity",
  "GET identities": "ListEmailIdentities",
  "POST list-identities": "ListEmailIdentities",
  "GET identities/*": "GetEmailIdentity",
  "DELETE identities/*": "DeleteEmailIdentity",
  "PUT identities/*/mail-from": "PutEmailIdentityMailFromAttributes",
  "PUT identities/*/dkim": "PutEmailIdentityDkimAttributes",
  "PUT identities/*/feedback": "PutEmailIdentityFeedbackAttributes",
  "PUT identities/*/configuration-set": "PutEmailIdentityConfigurationSetAttributes",
  "POST configuration-sets": "CreateConfigurationSet",
  "GET configuration-sets": "ListConfigurationSets",
  "POST list-configuration-sets": "ListConfigurationSets",
  "GET configuration-sets/*": "GetConfigurationSet",
  "DELETE configuration-sets/*": "DeleteConfigurationSet",
};
