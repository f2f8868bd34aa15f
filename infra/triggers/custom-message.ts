import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CustomMessageTriggerEvent } from "aws-lambda";
import { customizeMessage, type FunctionMessages, MESSAGES_FILE } from "../messages/custom-message.ts";

/** Cognito's custom message trigger, with the messages that were put beside it when it was bundled. */
export const handler = createHandler(
  () => readFileSync(join(import.meta.dirname, MESSAGES_FILE), "utf8"),
  (line) => process.stderr.write(`${line}\n`),
);

/**
 * Whatever goes wrong here must not keep anybody out: the event then goes back as it came, and Cognito sends the
 * pool's own text. The log names the kind of failure, never the user.
 */
export function createHandler(readText: () => string, log: (line: string) => void) {
  let messages: FunctionMessages | undefined;
  return async (event: CustomMessageTriggerEvent): Promise<CustomMessageTriggerEvent> => {
    try {
      // Not when the module loads: a failure there is one that Cognito sees.
      messages ??= JSON.parse(readText()) as FunctionMessages;
      return { ...event, response: customizeMessage(event, messages) };
    } catch (error) {
      const { triggerSource: source } = event;
      log(JSON.stringify({ event: "custom-message-failed", source, error: describe(error) }));
      return event;
    }
  };
}

// The stack says where it broke; a message could repeat what a user typed.
function describe(error: unknown): { name: string; at: string } {
  if (!(error instanceof Error)) return { name: typeof error, at: "" };
  const at = error.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return { name: error.name, at: at?.trim() ?? "" };
}
