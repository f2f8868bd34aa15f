import { VERIFICATION_FLAGS } from "../clients.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";

/** What a client reads and writes exists. */
export const clientAttributesExist = needing(["clients", "users"], ({ clients, users }) => {
  const known = users.attributes.map(({ name }) => name);
  return clients.flatMap(({ name, reads, writes }) => [
    ...unknownNames(name, "reads", reads, [...known, ...VERIFICATION_FLAGS]),
    ...unknownNames(name, "writes", writes, known),
  ]);
});

/** Cognito refuses a client that may not write a required attribute ("Invalid write attributes specified"). */
export const requiredAttributesAreWritable = needing(["clients", "users"], ({ clients, users }) => {
  const required = users.attributes.filter((attribute) => attribute.required).map(({ name }) => name);
  return clients.flatMap(({ name, writes }): Fault[] => {
    const missing = required.filter((attribute) => !writes.includes(attribute));
    if (missing.length === 0 || writes.length === 0) return [];
    const message = `lacks ${missing.join(", ")}, which sekisho:users.attributes requires; add what is missing`;
    return [{ path: settingPath("sekisho:clients", name, "writes"), message }];
  });
});

/** A client does not let users change what the pool says they may not. */
export const clientsKeepReadOnlyAttributes = needing(["clients", "users"], ({ clients, users }) => {
  const readOnly = users.attributes.filter(({ writableByUser }) => !writableByUser).map(({ name }) => name);
  return clients.flatMap(({ name, writes }) =>
    writes.flatMap((attribute, place): Fault[] => {
      if (!readOnly.includes(attribute)) return [];
      const setting = settingPath("sekisho:users.attributes", attribute, "writableByUser");
      const message = `is ${attribute}, but ${setting} is false; take it out here, or set that to true`;
      return [{ path: settingPath("sekisho:clients", name, "writes", place), message }];
    }),
  );
});

/** Cognito takes an empty list of writable attributes as "every attribute", those that decide roles included. */
export const somethingIsWritable = needing(["clients", "users"], ({ clients }) => {
  const bare = clients.filter(({ writes }) => writes.length === 0).map(({ name }) => name);
  if (bare.length === 0) return [];
  return [
    {
      path: "sekisho:users.attributes",
      message: `has nothing that users may change, and Cognito reads an empty list as everything (clients: ${bare.join(", ")}); add one harmless attribute, such as nickname: optional`,
    },
  ];
});

/**
 * Sign-in by code and client credentials both go through the pool's domain (Amazon Cognito Developer Guide, Token
 * endpoint).
 */
export const clientsHaveDomain = needing(["clients", "signInPage"], ({ clients, signInPage }) =>
  clients.flatMap(({ name, kind, callbackUrls }): Fault[] => {
    if (signInPage !== undefined) return [];
    const path = (key: string) => settingPath("sekisho:clients", name, key);
    const remedy = "gets its tokens from the pool's domain; add sekisho:signInPage";
    if (kind === "alb" || kind === "machine") {
      return [{ path: path("kind"), message: `is ${kind}, which ${remedy}` }];
    }
    return callbackUrls.length > 0
      ? [{ path: path("browser"), message: `is true, so the client ${remedy}` }]
      : [];
  }),
);

/**
 * A kept pool has one client of each name, which the stack file no longer describes: the number of the one in use must
 * not move on while it is kept.
 */
export const clientsRestDuringMove = needing(["clients", "users"], ({ clients, users }) =>
  users.keep.length === 0
    ? []
    : clients
        .filter(({ alsoAccept }) => alsoAccept.length > 0)
        .map(({ name }) => ({
          path: settingPath("sekisho:clients", name, "alsoAccept"),
          message: `goes only without sekisho:users.keep: people move to another pool, whose clients are new anyway; take it out, or rotate when the move is over`,
        })),
);

function unknownNames(
  client: string,
  key: "reads" | "writes",
  names: readonly string[],
  known: string[],
): Fault[] {
  return names.flatMap((name, place): Fault[] => {
    if (known.includes(name)) return [];
    const what = VERIFICATION_FLAGS.includes(name)
      ? "only Cognito writes it"
      : "sekisho:users.attributes has no such attribute";
    const message = `is ${name}, but ${what}; take it out${VERIFICATION_FLAGS.includes(name) ? "" : " or add it there"}`;
    return [{ path: settingPath("sekisho:clients", client, key, place), message }];
  });
}
