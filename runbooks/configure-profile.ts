import { BadInputError, IntegrityError } from "./runtime/errors.ts";
import { defineRunbook, runRunbook } from "./runtime/runbook.ts";
import { showText } from "./runtime/terminal-text.ts";
import { awsConfigFile, planAwsProfile } from "./sign-in/aws-config-file.ts";
import { PROFILE_NAME } from "./sign-in/aws-profile.ts";
import { credentialProgramOf, writeCredentialProgram } from "./sign-in/credential-program.ts";
import { homeOf, readSignInFile, storeSignInFile } from "./sign-in/home.ts";
import { checkHome, type SignInHome } from "./sign-in/home-folder.ts";
import { systemKeyring } from "./sign-in/keyring.ts";
import { UnsafeFileError } from "./sign-in/private-file.ts";
import { openSessionStore } from "./sign-in/session-file.ts";
import type { SignInFile } from "./sign-in/sign-in-file.ts";
import { readSignInSource } from "./sign-in/sign-in-file-source.ts";

export const configureProfileRunbook = defineRunbook({
  name: "configure-profile",
  summary: "Teaches this machine a stack to sign in to, and AWS's tools a profile that uses it.",
  options: {
    profile: { type: "string", value: "name", help: "of the AWS profile (default: sekisho-<stack>)" },
    replace: {
      type: "boolean",
      help: "take this file although this machine knows another place to sign in to under the stack's name",
    },
  },
  positionals: {
    name: "sign-in file",
    help: "what those who run the stack handed out: a file, an https link, or - for standard input",
    min: 1,
    max: 1,
  },
  examples: [
    "npm run configure-profile -- dev-sign-in.json",
    "npm run configure-profile -- https://example.com/sign-in/dev.json",
    "pulumi stack output signInFile --json | npm run configure-profile -- - --profile dev",
  ],
  exitCodes: {
    2: "no sign-in file, one that is not to be trusted, or a profile of that name that is another's",
    13: "a file or folder of this command is open to others",
    15: "the link does not answer",
    16: "the AWS config file or the stack's folder cannot be written",
  },
  deadlineMinutes: 5,
  run: async (context) => {
    const { values, positionals, env, signal } = context;
    const [source = ""] = positionals;
    const file = await readSignInSource(source, { fetch, stdin: process.stdin, signal });
    const name = readProfileName(values.profile, file);
    const home = homeOf(env, file.stack);
    const command = [process.execPath, credentialProgramOf(home)];
    const { stack, region } = file;
    const profile = planAwsProfile(env, { name, stack, region, command });
    const { isOther } = refuseOther(home, file, values.replace);
    for (const line of describeTrust(file)) context.progress(line);
    // What was signed in to is another place. Before the file is there: no session is ever taken to the new one.
    if (isOther) await openSessionStore(home, systemKeyring(env), context).forget();
    storeSignInFile(home, file);
    await writeCredentialProgram(home);
    profile.write();
    const { change } = profile;
    return {
      json: { stack, region, userPoolId: file.userPoolId, profile: name, change, folder: home.folder },
      text: [
        `Profile ${name} ${CHANGES[change]} ${awsConfigFile(env)}.`,
        `Sign in with npm run sign-in -- login --stack ${stack}; then AWS's tools take AWS_PROFILE=${name}.`,
      ].map(showText),
    };
  },
});

const CHANGES = { added: "is new in", updated: "is up to date in", unchanged: "was up to date in" } as const;

function readProfileName(given: string | undefined, { stack }: SignInFile): string {
  const name = given ?? `sekisho-${stack}`;
  if (PROFILE_NAME.test(name)) return name;
  throw new BadInputError(`--profile ${JSON.stringify(name)} is no name for a profile.`, {
    remedy: "Give up to 64 letters, digits and . _ @ + - , a letter or digit first.",
  });
}

/** The same name for another place would send passwords to whoever handed the file out. */
function refuseOther(
  home: SignInHome,
  file: SignInFile,
  mayReplace: boolean | undefined,
): { isOther: boolean } {
  const known = readKnown(home, file, mayReplace);
  if (known === undefined) return { isOther: false };
  if (known === "damaged") return { isOther: true };
  const [before, after] = [listPlaces(known), listPlaces(file)];
  const at = before.findIndex((place, index) => place !== after[index]);
  if (at === -1 || mayReplace) return { isOther: at !== -1 };
  throw new BadInputError(`This machine knows stack ${file.stack} with ${before[at]}, not ${after[at]}.`, {
    remedy: "Ask those who run it whether that is right, then give --replace.",
  });
}

/** What is kept already; what cannot be read is taken for another place, and given up only when told to. */
function readKnown(
  home: SignInHome,
  { stack }: SignInFile,
  mayReplace: boolean | undefined,
): SignInFile | "damaged" | undefined {
  try {
    return checkHome(home) ? readSignInFile(home) : undefined;
  } catch (error) {
    if (!(error instanceof IntegrityError) || error instanceof UnsafeFileError) throw error;
    if (mayReplace) return "damaged";
    throw new IntegrityError(`What this machine keeps of stack ${stack} is damaged, or of another version.`, {
      remedy: "Give --replace to take this file instead; you have to sign in again.",
      cause: error,
    });
  }
}

/** Where passwords and tokens of a stack go, and whose AWS credentials come back. */
function listPlaces({ userPoolId, clientId, browser, awsAccess }: SignInFile): string[] {
  return [
    userPoolId,
    `client ${clientId}`,
    browser ? `the sign-in page ${browser.host}` : "no sign-in page",
    browser ? `the way back ${browser.callbackUrl}` : "no way back",
    awsAccess ? `identity pool ${awsAccess.identityPoolId}` : "no identity pool",
  ];
}

/** What a person should look at: where their password will go, and what for. */
function describeTrust({ stack, region, userPoolId, clientId, browser, awsAccess }: SignInFile): string[] {
  return [
    `Stack         ${stack} in ${region}`,
    `User pool     ${userPoolId}, client ${clientId}`,
    `Sign-in page  ${browser ? browser.host : "none; only at the command line"}`,
    `AWS roles     ${awsAccess ? Object.keys(awsAccess.roles).join(", ") || "none" : "none"}`,
  ];
}

if (import.meta.main !== false) await runRunbook(configureProfileRunbook);
