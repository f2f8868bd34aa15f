import { createReadStream } from "node:fs";
import { BadInputError } from "../runtime/errors.ts";

/** Most characters a token may have: Cognito's are a tenth of that. */
const LONGEST_TOKEN = 65_536;

/** The token in a file, or in what comes through standard input for `-`. Throws BadInputError where there is none. */
export async function readTokenFile(
  path: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<string> {
  const name = path === "-" ? "Standard input" : "The file";
  const source = path === "-" ? stdin : createReadStream(path);
  let text = "";
  try {
    for await (const chunk of source) {
      text += Buffer.from(chunk).toString("utf8");
      if (text.length > LONGEST_TOKEN) throw new BadInputError(`${name} is too long for a token.`);
    }
  } catch (cause) {
    if (cause instanceof BadInputError) throw cause;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new BadInputError(`${name} cannot be read (${code}).`, {
      remedy: "Give the path of a file, or -.",
      cause,
    });
  }
  const token = text.trim();
  if (token === "") throw new BadInputError(`${name} is empty.`, { remedy: "Put one token into it." });
  return token;
}
