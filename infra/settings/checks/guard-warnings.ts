import type { CrossCheck } from "../cross-check.ts";

/** Source addresses of routes say nothing about the pages, which are on a host of Cognito's. */
export const guardIsOn: CrossCheck = ({ guard, signInPage }) => {
  if (guard) return [];
  const open = signInPage ? "the sign-in page and the user pool's API" : "the user pool's API";
  const message = `is missing, so everybody on the internet reaches ${open}: sekisho:routes guards applications only; add it with the networks that may`;
  return [{ path: "sekisho:guard", message }];
};

/** Programs that call the API themselves seldom sit where the browsers are. */
export const guardedProgramsAreListed: CrossCheck = ({ guard, clients = [] }) => {
  const callers = clients.filter(({ kind }) => kind === "cli" || kind === "server").map(({ name }) => name);
  if (!guard || callers.length === 0 || guard.apiCidrs.length > 0 || guard.allowAnywhere.includes("api")) {
    return [];
  }
  const message = `is empty, so programs with the clients ${callers.join(", ")} work only from the networks of the sign-in page; add theirs, or spell allowAnywhere: [api]`;
  return [{ path: "sekisho:guard.apiCidrs", message }];
};
