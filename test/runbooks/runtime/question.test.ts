import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { askHidden, askQuestion } from "../../../runbooks/runtime/question.ts";

function prepareTerminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  const stop = new AbortController();
  const written = () => String(output.read() ?? "");
  return { input, stop, written, place: { input, output, signal: stop.signal } };
}

describe("a question to a person", () => {
  it("stands on the output, and the line typed is its answer", async () => {
    const { input, written, place } = prepareTerminal();
    const answer = askQuestion("Name? ", place);
    input.write("sekisho-dev\nmore\n");
    expect([await answer, written()]).toEqual(["sekisho-dev", "Name? "]);
  });

  it("takes a last line that nobody ended", async () => {
    const { input, place } = prepareTerminal();
    const answer = askQuestion("Name? ", place);
    input.end("sekisho-dev");
    expect(await answer).toBe("sekisho-dev");
  });

  it("is not answered where the input ends, and what is written next begins a line", async () => {
    const { input, written, place } = prepareTerminal();
    const answer = askQuestion("Name? ", place);
    input.end();
    expect([await answer, written()]).toEqual([undefined, "Name? \n"]);
  });

  it("ends with the stop while nobody has typed anything", async () => {
    const { input, stop, place } = prepareTerminal();
    const answer = askQuestion("Name? ", place);
    stop.abort(new Error("Ctrl-C"));
    await expect(answer).rejects.toThrow("Ctrl-C");
    expect(input.isPaused()).toBe(true);
  });

  it("is not asked any more after the stop", async () => {
    const { stop, written, place } = prepareTerminal();
    stop.abort(new Error("Ctrl-C"));
    await expect(askQuestion("Name? ", place)).rejects.toThrow("Ctrl-C");
    expect(written()).toBe("");
  });
});

describe("a question whose answer is a secret", () => {
  it("takes the line typed, and shows nothing of it", async () => {
    const { input, written, place } = prepareTerminal();
    const answer = askHidden("Password: ", place);
    await shown(place.output);
    input.write("Correct-horse-7\r");
    expect(await answer).toBe("Correct-horse-7");
    const text = written();
    expect(text).toContain("Password:");
    expect(text).not.toMatch(/Correct|horse|\*/);
  });

  it("keeps every character of a password, blanks at its ends and other letters included", async () => {
    const { input, place } = prepareTerminal();
    const answer = askHidden("Password: ", place);
    await shown(place.output);
    input.write(" 合言葉 ä'\"\\ \r");
    expect(await answer).toBe(" 合言葉 ä'\"\\ ");
  });

  it.each([
    ["the input ends", (input: PassThrough) => input.end()],
    ["Ctrl-D is typed", (input: PassThrough) => input.write("\u0004")],
  ])("is not answered where %s", async (_, end) => {
    const { input, place } = prepareTerminal();
    const answer = askHidden("Password: ", place);
    await shown(place.output);
    end(input);
    expect(await answer).toBeUndefined();
  });

  it("stops the run with exit code 130 on Ctrl-C", async () => {
    const { input, place } = prepareTerminal();
    const answer = askHidden("Password: ", place);
    await shown(place.output);
    input.write("\u0003");
    await expect(answer).rejects.toMatchObject({ exitCode: 130, message: "Stopped by SIGINT." });
  });

  it("ends with the stop while nobody has typed anything, and leaves nothing listening", async () => {
    const { input, stop, place } = prepareTerminal();
    const answer = askHidden("Password: ", place);
    await shown(place.output);
    stop.abort(new Error("SIGTERM"));
    await expect(answer).rejects.toThrow("SIGTERM");
    expect(input.isPaused()).toBe(true);
  });

  it("leaves the terminal to the question after it", async () => {
    const { input, place } = prepareTerminal();
    const secret = askHidden("Password: ", place);
    await shown(place.output);
    input.write("Correct-horse-7\r");
    await secret;
    const code = askQuestion("Code: ", place);
    input.write("123456\n");
    expect(await code).toBe("123456");
  });
});

/** Resolves once something stands on the terminal. */
function shown(output: PassThrough): Promise<void> {
  return new Promise((resolve) => output.once("readable", resolve));
}
