import { createHash } from "node:crypto";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { failureText } from "../failure-text.ts";

/** The code of one Lambda function, ready to be uploaded. */
export interface FunctionBundle {
  /** `index.mjs`, whose export `handler` Lambda calls, and what lies beside it. */
  archive: pulumi.asset.AssetArchive;
  /** Before it is compressed. */
  bytes: number;
  /** Of all files; the same for the same sources, wherever and whenever they were bundled. */
  sha256: string;
}

export interface BundleOptions {
  /** Texts that lie beside the code, by file name; the function reads them from `import.meta.dirname`. */
  files?: Readonly<Record<string, string>>;
}

/** A source that cannot be bundled: the packages are not installed, or the source itself is wrong. */
export class BundleError extends pulumi.RunError {
  constructor(entry: string, cause: unknown) {
    super(
      `${entry} cannot be bundled for Lambda; run npm ci and deploy again. It said: ${failureText(cause)}.`,
      {
        cause,
      },
    );
  }
}

/** What Lambda calls in every bundle. */
export const BUNDLE_HANDLER = "index.handler";

/**
 * Bundles a handler with everything it imports, the AWS SDK included: what runs is what was tested, not what the
 * runtime has that day. `entry` is a path from the folder of Pulumi.yaml. The text is the same on every machine, so
 * that a function changes only when its sources do. Throws `BundleError`.
 */
export async function bundleFunction(
  entry: string,
  { files = {} }: BundleOptions = {},
): Promise<FunctionBundle> {
  const texts: Record<string, string> = { "index.mjs": await bundleText(entry), ...files };
  const names = Object.keys(texts).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(JSON.stringify([name, texts[name]]));
  return {
    archive: new pulumi.asset.AssetArchive(
      Object.fromEntries(names.map((name) => [name, new pulumi.asset.StringAsset(texts[name] ?? "")])),
    ),
    bytes: names.reduce((sum, name) => sum + Buffer.byteLength(texts[name] ?? ""), 0),
    sha256: hash.digest("hex"),
  };
}

/** The code of a handler as one text. Throws `BundleError`. */
export async function bundleText(entry: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      // Nothing depends on where the program runs: the engine's working directory is infra/.
      absWorkingDir: PROJECT,
      entryPoints: [resolve(PROJECT, entry)],
      bundle: true,
      write: false,
      platform: "node",
      target: "node24",
      format: "esm",
      mainFields: ["module", "main"],
      // Packages in the older module format call require, which a module has not.
      banner: { js: REQUIRE },
      // Names stay: a stack trace in a log has to be read by people. Comments with paths and licences go.
      minifyWhitespace: true,
      minifySyntax: true,
      legalComments: "none",
      charset: "utf8",
      sourcemap: false,
      logLevel: "silent",
    });
    return outputFiles.map(({ text }) => text).join("");
  } catch (cause) {
    throw new BundleError(entry, cause);
  }
}

const PROJECT = resolve(import.meta.dirname, "../..");

const REQUIRE =
  'import{createRequire as createBundleRequire}from"node:module";const require=createBundleRequire(import.meta.url);';
