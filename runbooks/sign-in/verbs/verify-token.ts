import { z } from "zod";
import { foreignAnswer } from "../../runtime/aws-errors.ts";
import { IntegrityError, RemoteError } from "../../runtime/errors.ts";
import { defineRunbook } from "../../runtime/runbook.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { askWeb, parseReply } from "../../runtime/web-caller.ts";
import { openPlace, type SignInPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { readTokenFile } from "../token-file.ts";
import { judgeToken } from "../token-verdict.ts";
import { stackOption } from "../verb-options.ts";
import { sessionExitCodes } from "./exit-codes.ts";

export const verifyTokenRunbook = defineRunbook({
  name: "sign-in verify-token",
  summary: "Says whether a token is one of the stack's pool: signature, issuer, client, kind and end.",
  options: stackOption,
  positionals: { name: "file", help: "the file with the token, or - for standard input", min: 1, max: 1 },
  examples: [
    "npm run sign-in -- verify-token --stack dev token.txt",
    "pbpaste | npm run sign-in -- verify-token -",
  ],
  exitCodes: {
    10: sessionExitCodes[10],
    13: "the token is not good, or a file of this machine is not to be trusted; the line says why",
    15: "the pool's public keys could not be had",
    16: sessionExitCodes[16],
  },
  deadlineMinutes: 5,
  run: async (context) => {
    const { values, positionals, now } = context;
    const place = openPlace(context, values.stack);
    const given = await readTokenFile(positionals[0] ?? "-", process.stdin);
    const verdict = judgeToken(given, place.file, await readKeys(place), now());
    if ("fault" in verdict) {
      throw new IntegrityError(`The token is not good: ${verdict.fault}.`, {
        remedy: "Trust nothing that it says.",
      });
    }
    const { tokenUse, issuer, clientId, subject, issuedAt, expiresAt } = verdict.token;
    const rows: [string, string][] = [
      ["signature", "good, by a key of the pool"],
      ["issuer", issuer],
      ["client", clientId],
      ["kind", `${tokenUse} token`],
      ["of user", subject],
      ["issued", issuedAt.toISOString()],
      ["ends", expiresAt.toISOString()],
    ];
    return {
      json: { isGood: true, tokenUse, issuer, clientId, subject, issuedAt, expiresAt },
      text: rows.map(([name, value]) => showText(`${name.padEnd(9)}  ${value}`)),
    };
  },
});

export const verifyTokenVerb = asVerb(verifyTokenRunbook);

const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })).min(1) });

/** The pool's public keys, as everybody may have them (Developer Guide, "Verifying JSON web tokens"). */
async function readKeys({ web, file }: SignInPlace) {
  const { region, userPoolId } = file;
  const host = `cognito-idp.${region}.amazonaws.com`;
  const reply = await askWeb(web, { host, method: "GET", path: `/${userPoolId}/.well-known/jwks.json` });
  if (reply.status !== 200) {
    throw new RemoteError(`The public keys of ${userPoolId} cannot be had (status ${reply.status}).`, {
      remedy: "Check the sign-in file, or ask for a new one.",
    });
  }
  const keys = keySet.safeParse(parseReply(reply)).data;
  if (keys === undefined) throw foreignAnswer(`The public keys of ${userPoolId}`);
  return JSON.parse(JSON.stringify(keys));
}
