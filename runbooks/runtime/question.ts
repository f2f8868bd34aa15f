import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { InterruptedError } from "./errors.ts";

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

/**
 * Asks for one line that nobody may read over a shoulder: the terminal shows nothing of it. Resolves with it, or with
 * undefined at the end of the input; rejects with the signal's reason when it aborts, and with an InterruptedError on
 * Ctrl-C, which the terminal hands over as a key meanwhile.
 */
export async function askHidden(
  question: string,
  { input, output, signal }: QuestionPlace,
): Promise<string | undefined> {
  // Only where it is needed: most commands never ask for a secret.
  const { default: password } = await import("@inquirer/password");
  signal.throwIfAborted();
  const over = new AbortController();
  const end = () => over.abort();
  // The prompt itself would wait for ever where the input ends, or Ctrl-D says so on an empty line.
  const watchKeys = (_: unknown, key?: { ctrl?: boolean; name?: string }) => {
    if (key?.ctrl && key.name === "d") end();
  };
  input.once("end", end);
  input.on("keypress", watchKeys);
  try {
    return await password(
      // The prefix begins the line, where a message would stand behind a blank.
      { message: "", mask: false, toggleMask: false, theme: { ...PLAIN, prefix: question.trim() } },
      { input, output: keepOpen(output), signal: AbortSignal.any([signal, over.signal]) },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (over.signal.aborted) return undefined;
    if (error instanceof Error && error.name === "ExitPromptError") throw new InterruptedError("SIGINT");
    throw error;
  } finally {
    input.off("end", end);
    input.off("keypress", watchKeys);
  }
}

/** The prompt ends the stream it wrote to; what stands behind it goes on. */
function keepOpen(output: NodeJS.WritableStream): NodeJS.WritableStream {
  return new Writable({
    write: (chunk, _, done) => {
      output.write(chunk);
      done();
    },
  });
}

/** As the other questions look; that nothing appears while one types has to be said. */
const PLAIN = {
  style: {
    message: (text: string) => text,
    answer: () => "",
    help: () => "",
    maskedText: "",
    keysHelpTip: () => undefined,
  },
};
