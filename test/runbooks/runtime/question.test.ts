import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { askQuestion } from "../../../runbooks/runtime/question.ts";

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
