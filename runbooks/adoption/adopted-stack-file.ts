import { stringify } from "yaml";
import type { AdoptedSettings } from "./adopted-settings.ts";

/** What stands above a section, in the voice of the sample. */
const COMMENTS: Readonly<Record<string, readonly string[]>> = {
  users: [
    "The pool as it is. signInWith, aliases, caseSensitive, poolName, and of attributes everything but writableByUser,",
    "are FIXED: they describe what exists, and another value would be another pool.",
  ],
  mfa: ["The second factor as it is. The program sends the texts; see sekisho:messages in Pulumi.dev.yaml."],
  email: ["The sender that is used today: it is named, not taken over."],
  sms: [
    "The account's SMS settings stay as they are: this limit is used only with ownAccountSettings: true.",
  ],
  clients: ["The clients that these settings can say. All others stay in AWS as they are."],
  signInPage: ["The address people know."],
  backup: ["Cognito keeps no backup. Choose the Region of the copy before people depend on this stack."],
};

/** The stack file of an adopted pool, in block style, with what it leaves out at its head. */
export function formatAdoptedStackFile(
  { config, outside, losses }: AdoptedSettings,
  { poolId, region }: { poolId: string; region: string },
): string {
  const head = [
    `A stack for the user pool ${poolId}, which exists. Every other setting: see Pulumi.dev.yaml.`,
    ...outside,
    ...losses,
  ];
  const sections = Object.entries(config).map(([name, value]) => [
    ...(COMMENTS[name] ?? []).map((line) => `  # ${line}`),
    ...stringify({ [`sekisho:${name}`]: value }, { lineWidth: 0 })
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ]);
  return [
    ...head.map((line) => `# ${line}`),
    "",
    "config:",
    `  aws:region: ${region}`,
    ...sections.flatMap((lines) => ["", ...lines]),
    "",
  ].join("\n");
}
