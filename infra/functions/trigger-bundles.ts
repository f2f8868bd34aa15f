import { customMessageFiles, type FunctionMessages } from "../messages/custom-message.ts";
import type { Settings } from "../settings.ts";
import { bundleFunction, type FunctionBundle } from "./function-bundle.ts";
import { TRIGGER_FUNCTIONS, type TriggerName, wantedTriggers } from "./trigger-functions.ts";
import {
  type PostConfirmationSettings,
  type PreSignUpSettings,
  TRIGGER_SETTINGS_FILE,
} from "./trigger-settings.ts";

export type TriggerBundles = Partial<Record<TriggerName, FunctionBundle>>;

/**
 * The code of each function that a stack has, with what it must know of the stack beside it: no variable can be lost,
 * and a changed setting is changed code. Throws `BundleError`; call it before anything is declared.
 */
export async function bundleTriggers(
  settings: Pick<Settings, "triggers" | "audit">,
  messages: FunctionMessages,
): Promise<TriggerBundles> {
  const bundles = wantedTriggers(settings).map(async (name): Promise<[TriggerName, FunctionBundle]> => {
    const files = filesOf(name, settings, messages);
    return [name, await bundleFunction(TRIGGER_FUNCTIONS[name].entry, { files })];
  });
  return Object.fromEntries(await Promise.all(bundles));
}

function filesOf(
  name: TriggerName,
  { triggers }: Pick<Settings, "triggers">,
  messages: FunctionMessages,
): Record<string, string> {
  switch (name) {
    case "customMessage":
      return customMessageFiles(messages);
    case "preSignUp": {
      const own: PreSignUpSettings = { mailDomains: triggers?.allowMailDomains ?? [] };
      return { [TRIGGER_SETTINGS_FILE]: JSON.stringify(own) };
    }
    case "postConfirmation": {
      const own: PostConfirmationSettings = { group: triggers?.groupOnSignUp ?? "" };
      return { [TRIGGER_SETTINGS_FILE]: JSON.stringify(own) };
    }
    default:
      return {};
  }
}
