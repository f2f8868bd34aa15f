import { createInterface } from "node:readline";

/** Where a question goes, where its answer comes from, and what ends the waiting. */
export interface QuestionPlace {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  signal: AbortSignal;
}

/**
 * Asks for one line. Resolves with it, or with undefined at the end of the input; rejects with the signal's reason when
 * it aborts.
 */
export async function askQuestion(
  question: string,
  { input, output, signal }: QuestionPlace,
): Promise<string | undefined> {
  signal.throwIfAborted();
  // Not as a terminal: readline would take Ctrl-C for itself, and a run could not be stopped while it asks.
  const lines = createInterface({ input, terminal: false, signal });
  output.write(question);
  const answer = await new Promise<string | undefined>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(undefined));
  });
  lines.close();
  signal.throwIfAborted();
  // What is written next begins a line of its own.
  if (answer === undefined) output.write("\n");
  return answer;
}
