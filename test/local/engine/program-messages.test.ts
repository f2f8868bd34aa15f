import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { readProgramError } from "../../../local/engine/program-messages.ts";

const PREAMBLE = "Running program '/p/infra/index.ts' failed with an unhandled exception:\n";

describe("an error that ends the program", () => {
  test("for people is shown as it is, however many lines it has", () => {
    const message = "3 settings are wrong:\n  sekisho:users: at least one\n     at the top";
    expect(readProgramError(message)).toEqual({ message, isForPeople: true });
  });

  test.each<[string, Error, string]>([
    ["an ordinary error", new Error("no such role"), "no such role"],
    ["an error of a class", new TypeError("x is not iterable"), "x is not iterable"],
    [
      "an error with a code",
      Object.assign(new Error("connect failed"), { code: "ECONNREFUSED", port: 80 }),
      "connect failed",
    ],
    ["an error of several lines", new Error("first\nsecond"), "first\nsecond"],
    ["an error that caused another", new Error("outer", { cause: new Error("inner") }), "outer"],
  ])("is shown by its message alone: %s", (_what, error, message) => {
    for (const colors of [true, false]) {
      const logged = PREAMBLE + inspect(error, { colors });
      expect(readProgramError(logged)).toEqual({ message, isForPeople: false });
    }
  });

  test("is shown without the colours of the terminal", () => {
    const logged = `${PREAMBLE}\u001b[31mError: no such role\u001b[39m\n\u001b[90m    at run (index.ts:1:1)\u001b[39m`;
    expect(readProgramError(logged).message).toBe("no such role");
  });

  test("that was thrown without being an error is shown whole", () => {
    expect(readProgramError(`${PREAMBLE}just text`)).toEqual({ message: "just text", isForPeople: false });
  });
});
