import type { ClientSettings } from "../clients.ts";
import { needing } from "../cross-check.ts";
import { type Fault, settingPath } from "../fault.ts";

/**
 * What Cognito puts into every ID token by itself; no user can write it (Amazon Cognito Developer Guide,
 * Understanding the identity token).
 */
const OWN_CLAIMS = ["sub", "cognito:username", "cognito:groups", "email_verified", "phone_number_verified"];

/** AWS credentials are exchanged for an ID token, which only these kinds of client give to the user. */
const KINDS_WITH_ID_TOKEN: readonly ClientSettings["kind"][] = ["cli", "server"];

export const accessClientGivesIdTokens = needing(["awsAccess", "clients"], ({ awsAccess, clients }) => {
  if (awsAccess === undefined) return [];
  const path = "sekisho:awsAccess.client";
  const client = clients.find(({ name }) => name === awsAccess.client);
  if (client === undefined) {
    return [
      {
        path,
        message: `is ${awsAccess.client}, but sekisho:clients has no client of that name; add it there`,
      },
    ];
  }
  if (KINDS_WITH_ID_TOKEN.includes(client.kind)) return [];
  const setting = settingPath("sekisho:clients", client.name, "kind");
  return [
    {
      path,
      message: `is ${client.name}, but ${setting} is ${client.kind}; take a client of kind cli or server`,
    },
  ];
});

export const accessRolesExist = needing(["awsAccess"], ({ awsAccess }) =>
  (awsAccess?.rules ?? []).flatMap(({ role }, place): Fault[] =>
    awsAccess !== undefined && Object.hasOwn(awsAccess.roles, role)
      ? []
      : [
          {
            path: `sekisho:awsAccess.rules[${place}].role`,
            message: `is ${role}, but sekisho:awsAccess.roles has no role of that name; add it there`,
          },
        ],
  ),
);

/** The ID token carries only what its client may read: a rule on anything else never matches. */
export const accessClaimsAreReadable = needing(
  ["awsAccess", "clients", "users"],
  ({ awsAccess, clients, users }) => {
    const client = clients.find(({ name }) => name === awsAccess?.client);
    if (awsAccess === undefined || client === undefined) return [];
    return awsAccess.rules.flatMap(({ claim }, place): Fault[] => {
      if (OWN_CLAIMS.includes(claim) || client.reads.includes(claim)) return [];
      const path = `sekisho:awsAccess.rules[${place}].claim`;
      if (!users.attributes.some(({ name }) => name === claim)) {
        const message = `is ${claim}, which neither Cognito nor sekisho:users.attributes knows; add the attribute there`;
        return [{ path, message }];
      }
      const setting = settingPath("sekisho:clients", client.name, "reads");
      return [
        { path, message: `is ${claim}, which ${setting} lacks, so the rule would never match; add it there` },
      ];
    });
  },
);

/** A claim that users can write themselves lets everybody take any role. */
export const accessClaimsAreNotWritable = needing(["awsAccess", "clients"], ({ awsAccess, clients }) =>
  (awsAccess?.rules ?? []).flatMap(({ claim }, place): Fault[] => {
    const writers = clients.filter(({ writes }) => writes.includes(claim));
    if (writers.length === 0) return [];
    const names = writers.map(({ name }) => name).join(", ");
    return [
      {
        path: `sekisho:awsAccess.rules[${place}].claim`,
        message: `is ${claim}, which users can write through ${names} and so choose their own role; set writableByUser: false in ${settingPath("sekisho:users.attributes", claim)}, or take another claim`,
      },
    ];
  }),
);

/** Roles for whoever signs up are roles for everybody, unless only addresses of some domains may. */
export const accessIsNotOpen = needing(
  ["awsAccess", "users", "triggers"],
  ({ awsAccess, users, triggers }) =>
    awsAccess !== undefined && users.selfSignUp && !awsAccess.allowSelfSignUp && !triggers?.allowMailDomains
      ? [
          {
            path: "sekisho:awsAccess",
            message:
              "gives AWS roles, and sekisho:users.selfSignUp lets everybody in; set that to false, limit mail domains (sekisho:triggers.allowMailDomains), or add allowSelfSignUp: true here",
          },
        ]
      : [],
);
