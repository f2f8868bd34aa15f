import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { formatFaults } from "../load-settings.ts";
import type { Settings } from "../settings.ts";
import type { FunctionMessages } from "./custom-message.ts";
import { readMessages } from "./message-files.ts";

/**
 * The messages of the stack that is being deployed, read from their files. Throws one RunError that lists every
 * fault, so call it before anything is declared.
 */
export async function loadMessages(settings: Settings): Promise<FunctionMessages> {
  const result = await readMessages(settings, readProjectFile);
  if ("messages" in result) return result.messages;
  throw new RunError(formatFaults(settings.stack, result.faults));
}

function readProjectFile(path: string): Promise<string> {
  return readFile(resolve(import.meta.dirname, "../..", path), "utf8");
}
