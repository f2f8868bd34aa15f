import { describe, expect, it } from "vitest";
import { readRehearsalOptions } from "../../../local/rehearsal/options.ts";
import { loadStackConfig } from "../../../local/rehearsal/stack-config.ts";

describe("the command line of npm start", () => {
  it("takes numbers as they are meant", () => {
    expect(readRehearsalOptions({ stack: "dev", users: "20", port: "4566" })).toEqual({
      stack: "dev",
      users: 20,
      isKept: false,
      port: 4566,
      ministackEndpoint: undefined,
    });
  });

  it.each([
    [{ users: "0" }, '--users is "0".', "Give a whole number from 1 to 100000."],
    [{ users: "1e3" }, '--users is "1e3".', "Give a whole number from 1 to 100000."],
    [{ users: "-5" }, '--users is "-5".', "Give a whole number from 1 to 100000."],
    [{ users: "" }, '--users is "".', "Give a whole number from 1 to 100000."],
    [{ port: "80" }, '--port is "80".', "Give a whole number from 1024 to 65535."],
    [{ port: "65536" }, '--port is "65536".', "Give a whole number from 1024 to 65535."],
  ])("refuses %o", (wrong, message, remedy) => {
    expect(() => readRehearsalOptions({ stack: "dev", users: "1000", ...wrong })).toThrow(
      expect.objectContaining({ message, remedy, exitCode: 2 }),
    );
  });
});

describe("the stack file of a rehearsal", () => {
  const projectDir = new URL("../../..", import.meta.url).pathname;

  it("reaches the program as the Pulumi CLI would hand it over: objects as JSON text", async () => {
    const { config } = await loadStackConfig(projectDir, "dev");
    expect(config["aws:region"]).toBe("ap-northeast-1");
    expect(JSON.parse(config["sekisho:mfa"] ?? "")).toEqual({ mode: "required", factors: ["sms", "totp"] });
    expect(config["sekisho:preset"]).toBe("baseline");
  });

  it.each(["../x", "Dev", "dev.yaml", "a".repeat(25), ""])("is not looked for under %j", async (stack) => {
    await expect(loadStackConfig(projectDir, stack)).rejects.toMatchObject({
      exitCode: 2,
      message: `"${stack}" is not a stack name.`,
      remedy: "Give 1 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last.",
    });
  });

  it("that is not there is named, with what to do", async () => {
    await expect(loadStackConfig(projectDir, "nowhere")).rejects.toMatchObject({
      exitCode: 10,
      message: "Pulumi.nowhere.yaml cannot be read.",
      remedy: "Copy Pulumi.dev.yaml to it and change what differs.",
    });
  });
});
