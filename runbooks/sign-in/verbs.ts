import type { SignInVerb } from "./sign-in-verb.ts";

/** The verbs in the order they are listed; each is loaded when it is asked for. */
export const signInVerbs: Readonly<Record<string, () => Promise<SignInVerb>>> = {
  login: async () => (await import("./verbs/login.ts")).loginVerb,
};
