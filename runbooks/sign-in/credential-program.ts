import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { RunbookError } from "../runtime/errors.ts";
import { prepareHome, type SignInHome } from "./home-folder.ts";
import { replaceFile } from "./private-file.ts";

/** The program in a stack's folder that an AWS profile runs. */
export function credentialProgramOf({ folder }: SignInHome): string {
  return join(folder, PROGRAM);
}

const PROGRAM = "credential-process.cjs";
const RENEWAL = "credential-renewal.mjs";

export interface ProgramOptions {
  /** Another module in place of @napi-rs/keyring, for tests: an absolute path. */
  keyringModule?: string;
}

/**
 * Bundles that program into the stack's folder, with all it imports: it needs Node and nothing of this project any more.
 * The part that hands out kept credentials is a file of its own, so that a program waits for little. Throws
 * LocalFileError, and RunbookError where the sources cannot be bundled.
 */
export async function writeCredentialProgram(home: SignInHome, options: ProgramOptions = {}): Promise<void> {
  prepareHome(home);
  const [program, renewal] = await Promise.all([
    bundle("credential-process.ts", PROGRAM, options),
    bundle("credential-renewal.ts", RENEWAL, options),
  ]);
  // The part that is run comes last: it never finds its other half missing.
  const files = new Map([...renewal, ...program]);
  for (const [name, bytes] of files) replaceFile(join(home.folder, name), bytes, 0o600);
}

async function bundle(
  entry: string,
  name: string,
  { keyringModule }: ProgramOptions,
): Promise<Map<string, Uint8Array>> {
  const isModule = name.endsWith(".mjs");
  try {
    const { outputFiles } = await build({
      absWorkingDir: HERE,
      entryPoints: { [name.replace(/\.[cm]js$/, "")]: resolve(HERE, entry) },
      outdir: OUT,
      outExtension: { ".js": isModule ? ".mjs" : ".cjs" },
      bundle: true,
      write: false,
      platform: "node",
      target: "node24",
      format: isModule ? "esm" : "cjs",
      mainFields: ["module", "main"],
      ...(isModule ? { banner: { js: REQUIRE } } : { define: { "import.meta.dirname": "__dirname" } }),
      plugins: [apartFrom(`./${RENEWAL}`)],
      // The key store's native part lies beside the program.
      loader: { ".node": "copy" },
      assetNames: "[name]",
      ...(keyringModule && { alias: { "@napi-rs/keyring": keyringModule } }),
      minify: true,
      keepNames: true,
      legalComments: "none",
      charset: "utf8",
      logLevel: "silent",
    });
    return new Map(outputFiles.map(({ path, contents }) => [path.slice(OUT.length + 1), contents]));
  } catch (cause) {
    throw new RunbookError(`${entry} cannot be bundled.`, {
      exitCode: 1,
      remedy: "Run npm ci, then this again; if it stays, report what --debug shows.",
      cause,
    });
  }
}

/** The renewal stays a file of its own, which the program loads by its place. */
function apartFrom(path: string): Plugin {
  return {
    name: "apart",
    setup: ({ onResolve }) => {
      onResolve({ filter: /credential-renewal\.ts$/ }, ({ kind }) =>
        kind === "dynamic-import" ? { path, external: true } : undefined,
      );
    },
  };
}

const HERE = import.meta.dirname;
/** Nothing is written there: it only names the files. */
const OUT = resolve(HERE, "out");

const REQUIRE =
  'import{createRequire as createBundleRequire}from"node:module";const require=createBundleRequire(import.meta.url);';
