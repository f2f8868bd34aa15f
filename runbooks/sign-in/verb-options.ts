import type { OptionTable } from "../runtime/command-line.ts";

/** The option by which every verb is told which stack it is about. */
export const stackOption = {
  stack: {
    type: "string",
    value: "name",
    help: "which stack; not needed where this machine knows one only",
  },
} as const satisfies OptionTable;

/** The option of verbs that have to know whose account it is before anybody has signed in. */
export const usernameOption = {
  username: {
    type: "string",
    value: "name",
    help: "your address, number or user name; asked for otherwise",
  },
} as const satisfies OptionTable;
