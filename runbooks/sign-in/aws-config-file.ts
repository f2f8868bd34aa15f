import { mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BadInputError, LocalFileError } from "../runtime/errors.ts";
import { type AwsProfile, editConfig, isInCredentialsFile, type ProfileEdit } from "./aws-profile.ts";
import { replaceFile } from "./private-file.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** `AWS_CONFIG_FILE`, else `~/.aws/config` (AWS SDKs and Tools Reference Guide, "Location of the shared files"). */
export function awsConfigFile(env: Env): string {
  return resolve(env.AWS_CONFIG_FILE || join(env.HOME || homedir(), ".aws", "config"));
}

/** What has to be done to the AWS config file. */
export interface PlannedProfile {
  change: ProfileEdit["change"];
  /** Replaces the file as a whole, nothing but the profile changed; nothing where it says so already. */
  write: () => void;
}

/**
 * Finds out what it takes to have the profile in the AWS config file. Throws BadInputError where a profile of that name is
 * another's, LocalFileError where a file cannot be read; `write` throws LocalFileError where it cannot be written.
 */
export function planAwsProfile(env: Env, profile: AwsProfile): PlannedProfile {
  const credentialsFile = resolve(
    env.AWS_SHARED_CREDENTIALS_FILE || join(env.HOME || homedir(), ".aws", "credentials"),
  );
  if (isInCredentialsFile(readBytes(credentialsFile) ?? "", profile.name)) {
    throw new BadInputError(
      `The AWS credentials file has keys of a profile ${profile.name}, which would win.`,
      {
        remedy: "Give another name with --profile, or take that profile out.",
      },
    );
  }
  const path = awsConfigFile(env);
  const before = readBytes(path);
  const { text, change } = editConfig(before ?? "", profile);
  return { change, write: () => change !== "unchanged" && replaceConfig(path, before, text) };
}

function replaceConfig(path: string, before: string | undefined, text: string): void {
  makeFolder(dirname(path));
  // A link, such as into a folder of settings that is kept elsewhere, stays one.
  const target = before === undefined ? path : realpathSync(path);
  if (readBytes(path) !== before) {
    throw new BadInputError(`Somebody changed ${path} meanwhile; it was left as it is.`, {
      remedy: "Run this again.",
    });
  }
  const mode = before === undefined ? 0o600 : statSync(target).mode & 0o777;
  replaceFile(target, Buffer.from(text, "latin1"), mode);
}

function readBytes(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    if (code === "ENOENT") return undefined;
    throw new LocalFileError(`${path} cannot be read (${code}).`, {
      remedy: "Check its permissions.",
      cause,
    });
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new LocalFileError(`${path} cannot be made (${code}).`, {
      remedy: "Check its permissions.",
      cause,
    });
  }
}
