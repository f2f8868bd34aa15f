import { asVerb, type SignInVerb } from "./sign-in-verb.ts";

/** The verbs in the order they are listed; each is loaded when it is asked for. */
export const signInVerbs: Readonly<Record<string, () => Promise<SignInVerb>>> = {
  login: async () => (await import("./verbs/login.ts")).loginVerb,
  logout: async () => asVerb((await import("./verbs/logout.ts")).logoutRunbook),
  "sign-up": async () => (await import("./verbs/sign-up.ts")).signUpVerb,
  confirm: async () => (await import("./verbs/confirm.ts")).confirmVerb,
  resend: async () => (await import("./verbs/resend.ts")).resendVerb,
  "forgot-password": async () => (await import("./verbs/forgot-password.ts")).forgotPasswordVerb,
  "change-password": async () => (await import("./verbs/change-password.ts")).changePasswordVerb,
  "enrol-totp": async () => (await import("./verbs/enrol-totp.ts")).enrolTotpVerb,
  "set-answer": async () => (await import("./verbs/set-answer.ts")).setAnswerVerb,
  credentials: async () => asVerb((await import("./verbs/credentials.ts")).credentialsRunbook),
  exec: async () => asVerb((await import("./verbs/exec.ts")).execRunbook),
  whoami: async () => (await import("./verbs/whoami.ts")).whoamiVerb,
  "verify-token": async () => (await import("./verbs/verify-token.ts")).verifyTokenVerb,
};
