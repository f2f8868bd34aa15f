/** How every verb that talks with Cognito ends, beyond the codes of all commands. */
export const signInExitCodes = {
  2: "bad input, no terminal to ask at, or something this stack does not allow",
  10: "the stack is not configured on this machine, or its client is gone",
  12: "Cognito refused: wrong password or code, locked, disabled, or the time of a step is over",
  14: "given up: nothing was typed where something was needed",
  15: "Cognito did not answer, or takes no more tries for a while",
} as const;
