import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { loadMessages } from "../../../infra/messages/load-messages.ts";
import { goodSettings } from "../../support/sample-settings.ts";
import { builtInMessages } from "../../support/stack-messages.ts";

describe("the messages of the stack that is deployed", () => {
  it("are read from the project's folder, wherever the engine starts the program", async () => {
    const { sources } = await loadMessages(goodSettings());
    expect(sources).toEqual(builtInMessages().sources);
  });

  it("stop the deployment with one sentence before anything is declared", async () => {
    const settings = goodSettings(
      [["messages", "mfa"], "gone.ja.html"],
      [["messages", "invitation"], "mfa.ja.html"],
    );
    const failing = loadMessages(settings);
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    await expect(failing).rejects.toThrow(
      [
        "Pulumi.dev.yaml has 2 faults; nothing was changed:",
        "  sekisho:messages.invitation.mail names mfa.ja.html, which has no {username}, where Cognito puts the user name",
        "  sekisho:messages.mfa.mail names gone.ja.html, which does not exist (looked for infra/messages/gone.ja.html, from the folder of Pulumi.yaml); correct the name",
      ].join("\n"),
    );
  });
});
