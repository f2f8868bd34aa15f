import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { DeployError } from "./deploy-error.ts";

/** What Pulumi.yaml says about running the program. */
export interface PulumiProject {
  name: string;
  rootDir: string;
  /** Working directory of the program: the folder of `main`. */
  programDir: string;
  /** File to run, relative to `programDir`; "." leaves the choice to package.json. */
  entryPoint: string;
  nodeArgs: string[];
  /** Whether Pulumi's own TypeScript loader is on. */
  usesTypescriptLoader: boolean;
}

const nodeOptions = z.looseObject({
  typescript: z.boolean().default(true),
  nodeargs: z.string().default(""),
});

const projectFile = z.looseObject({
  name: z.string().min(1),
  main: z.string().optional(),
  runtime: z.union([
    z.literal("nodejs").transform(() => nodeOptions.parse({})),
    z
      .looseObject({ name: z.literal("nodejs"), options: nodeOptions.prefault({}) })
      .transform(({ options }) => options),
  ]),
});

/** Reads the project the way the Pulumi CLI does. Throws DeployError when there is none or it is no Node program. */
export async function readPulumiProject(rootDir: string): Promise<PulumiProject> {
  const path = join(rootDir, "Pulumi.yaml");
  const document = parseDocument(await readProjectText(path), { prettyErrors: false });
  const parsed = projectFile.safeParse(document.toJS());
  const fault = document.errors[0]?.message ?? firstIssue(parsed.error);
  if (fault !== undefined || !parsed.success) {
    throw new DeployError(`${path} does not describe a Pulumi program for Node: ${fault}.`);
  }
  const { name, main, runtime } = parsed.data;
  return {
    name,
    rootDir,
    ...(await findEntry(rootDir, main)),
    nodeArgs: runtime.nodeargs.split(/\s+/).filter((argument) => argument !== ""),
    usesTypescriptLoader: runtime.typescript,
  };
}

async function readProjectText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new DeployError(`${path} cannot be read.`, {
      cause,
      exitCode: 16,
      remedy: "Give the folder that holds Pulumi.yaml.",
    });
  }
}

async function findEntry(rootDir: string, main: string | undefined) {
  if (main === undefined) return { programDir: rootDir, entryPoint: "." };
  const path = join(rootDir, main);
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  return isFolder
    ? { programDir: path, entryPoint: "." }
    : { programDir: dirname(path), entryPoint: basename(path) };
}

function firstIssue(error: z.ZodError | undefined): string | undefined {
  const issue = error?.issues[0];
  return issue && `${issue.path.join(".") || "the file"}: ${issue.message}`;
}
