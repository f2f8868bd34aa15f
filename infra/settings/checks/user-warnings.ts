import type { CrossCheck } from "../cross-check.ts";

/** Whoever finds the page makes an account, and each active account costs (Amazon Cognito pricing). */
export const signUpIsMeant: CrossCheck = ({ users, triggers }) =>
  users?.selfSignUp && !triggers?.allowMailDomains
    ? [
        {
          path: "sekisho:users.selfSignUp",
          message:
            "is true: everybody on the internet can make an account, whatever networks sekisho:routes names; set it to false where administrators invite, or limit mail domains (sekisho:triggers.allowMailDomains)",
        },
      ]
    : [];
