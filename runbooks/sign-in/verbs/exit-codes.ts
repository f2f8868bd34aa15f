/** How every verb ends that needs a session on this machine, beyond the codes of all commands. */
export const sessionExitCodes = {
  10: "the stack is not configured on this machine, or its client is gone",
  11: "another process has been renewing the session for a minute",
  13: "a file of the session is open to others, altered, or not theirs",
  16: "a file cannot be read or written",
} as const;

/** How every verb ends that talks with Cognito for somebody. */
export const signInExitCodes = {
  ...sessionExitCodes,
  2: "bad input, no terminal to ask at, or something this stack does not allow",
  12: "Cognito refused: wrong password or code, locked, disabled, or the time of a step is over",
  14: "given up: nothing was typed where something was needed, or the browser did not come back",
  15: "Cognito did not answer, or takes no more tries for a while",
} as const;
