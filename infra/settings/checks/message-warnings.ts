import { FUNCTION_KINDS } from "../../messages/message-kinds.ts";
import { type CrossCheck, needing } from "../cross-check.ts";
import { settingPath } from "../fault.ts";

/** A pool has one text for every code: only the function tells what a code is for. */
export const functionTextsAreSent: CrossCheck = needing(["messages", "triggers"], ({ messages, triggers }) =>
  FUNCTION_KINDS.filter((kind) => messages.files[kind] !== undefined && !triggers?.customMessage).map(
    (kind) => ({
      path: settingPath("sekisho:messages", kind),
      message:
        "is a text that only the function for messages sends, and there is none; add sekisho:triggers.customMessage: true, or take it out and change verification",
    }),
  ),
);

/** People who are invited have to find the place they are invited to. */
export const invitationsHaveAddress: CrossCheck = needing(["messages", "clients"], ({ messages, clients }) =>
  messages.siteUrl === undefined && clients.every(({ hosts }) => hosts.length === 0)
    ? [
        {
          path: "sekisho:messages.siteUrl",
          message:
            "is missing, and no client has hosts: invitations do not say where to sign in; set it to the address of the site",
        },
      ]
    : [],
);
