import { RunError, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSettings } from "../../infra/load-settings.ts";
import { readSample, sampleConfig } from "../support/sample-settings.ts";

beforeEach(async () => {
  await runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "sekisho", "dev");
});

afterEach(() => {
  runtime.setAllConfig({});
});

/** The configuration as the engine hands it to a program: every value a text. */
function engineConfig(config: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(config).map(([name, value]) => [
    `sekisho:${name}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { "aws:region": "ap-northeast-1", ...Object.fromEntries(texts) };
}

describe("loading the settings in the program", () => {
  it("reads what the stack file says", () => {
    runtime.setAllConfig(engineConfig(sampleConfig()));
    expect(loadSettings({})).toEqual(readSample());
  });

  it("says what to think twice about beside the settings", () => {
    runtime.setAllConfig(engineConfig(sampleConfig([["mfa", "mode"], "optional"])));
    expect(loadSettings({}).warnings.map(({ path }) => path)).toEqual([
      "sekisho:mfa.mode",
      "sekisho:mfa.mode",
    ]);
  });

  it("stops with one error that lists every fault, unknown sections among them", () => {
    const config = sampleConfig([["mfa", "mode"], "maybe"], [["user"], {}]);
    runtime.setAllConfig(engineConfig(config));
    const lines = [
      "Pulumi.dev.yaml has 2 faults; nothing was changed:",
      '  sekisho:mfa.mode must be one of off, optional, required, not "maybe"',
      "  sekisho:user is not a setting; did you mean sekisho:users?",
    ];
    // A RunError is shown by the engine as it is, without a stack trace.
    expect(() => loadSettings({})).toThrow(RunError);
    expect(() => loadSettings({})).toThrow(expect.objectContaining({ message: lines.join("\n") }));
  });

  it("refuses a setting that was stored with --secret, without showing it", () => {
    runtime.setAllConfig(engineConfig(sampleConfig()));
    for (const key of ["sekisho:email", "sekisho:config:email"]) {
      expect(() => loadSettings({ PULUMI_CONFIG_SECRET_KEYS: JSON.stringify([key]) })).toThrow(
        expect.objectContaining({
          message:
            "Pulumi.dev.yaml has 1 fault; nothing was changed:\n  sekisho:email is a secret, and nothing here is secret; set it again without --secret",
        }),
      );
    }
  });
});
