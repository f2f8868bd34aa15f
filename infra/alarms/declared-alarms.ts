import type { ClientSecrets } from "../clients/client-secrets.ts";
import { SecretWatch } from "../clients/secret-watch.ts";
import type { EncryptionKeys } from "../encryption-keys.ts";
import type { FunctionBundle } from "../functions/function-bundle.ts";
import type { Settings } from "../settings.ts";
import { StackAlarms } from "./stack-alarms.ts";
import { type WatchedComponents, watchStack } from "./watched-stack.ts";

/** Declares what looks how old secrets are, if there are alarms to tell it and secrets to grow old. */
export function declareSecretWatch(
  settings: Settings,
  {
    account,
    secrets,
    keys,
    bundle,
  }: {
    account: string;
    secrets: ClientSecrets;
    keys: EncryptionKeys | undefined;
    bundle: FunctionBundle | undefined;
  },
): SecretWatch | undefined {
  const names = Object.values(secrets.names);
  if (bundle === undefined || names.length === 0) return undefined;
  const logKeyArn = keys?.logKeyArn;
  return new SecretWatch("secret-watch", { settings, account, bundle, secrets: names, logKeyArn });
}

/** Declares the alarms of what was declared; nothing without the section. */
export function declareAlarms(
  settings: Settings,
  account: string,
  components: WatchedComponents,
): StackAlarms | undefined {
  const { alarms } = settings;
  if (!alarms) return undefined;
  const watched = watchStack(settings, components);
  return new StackAlarms("stack-alarms", { settings: { ...settings, alarms }, account, ...watched });
}
