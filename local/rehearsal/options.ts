import { BadInputError } from "../../runbooks/runtime/errors.ts";

/** The command line of `npm start`. */
export const rehearsalOptions = {
  stack: { type: "string", value: "name", default: "dev", help: "deploys the stack of Pulumi.<name>.yaml" },
  users: { type: "string", value: "n", default: "1000", help: "how many users to seed, 1 to 100000" },
  keep: { type: "boolean", help: "leave the local AWS running and print the environment to talk to it" },
  port: { type: "string", value: "n", help: "port of the local AWS, 1024 to 65535; a free one unless given" },
  "ministack-endpoint": {
    type: "string",
    value: "url",
    help: "a MiniStack that runs already, instead of one of our own",
  },
} as const;

export interface RehearsalOptions {
  stack: string;
  users: number;
  isKept: boolean;
  port: number | undefined;
  ministackEndpoint: string | undefined;
}

/** Reads the values of the command line; throws BadInputError for numbers that cannot be. */
export function readRehearsalOptions(values: {
  stack: string;
  users: string;
  keep?: boolean | undefined;
  port?: string | undefined;
  "ministack-endpoint"?: string | undefined;
}): RehearsalOptions {
  return {
    stack: values.stack,
    users: readNumber("--users", values.users, 1, 100_000),
    isKept: values.keep ?? false,
    port: values.port === undefined ? undefined : readNumber("--port", values.port, 1_024, 65_535),
    ministackEndpoint: values["ministack-endpoint"],
  };
}

function readNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new BadInputError(`${option} is "${text}".`, {
    remedy: `Give a whole number from ${least} to ${most}.`,
  });
}
