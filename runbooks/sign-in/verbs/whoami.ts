import { GetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { z } from "zod";
import { defineRunbook } from "../../runtime/runbook.ts";
import { showText } from "../../runtime/terminal-text.ts";
import { chooseRole } from "../role-choice.ts";
import { readClaims } from "../session-tokens.ts";
import { callCognito, openPlace } from "../sign-in-place.ts";
import { asVerb } from "../sign-in-verb.ts";
import { stackOption } from "../verb-options.ts";
import { signInExitCodes } from "./exit-codes.ts";

export const whoamiRunbook = defineRunbook({
  name: "sign-in whoami",
  summary: "Says who you are signed in as, your groups, second factors and AWS role, and why that role.",
  options: stackOption,
  examples: ["npm run sign-in -- whoami --stack dev", "npm run --silent sign-in -- whoami --json"],
  exitCodes: signInExitCodes,
  deadlineMinutes: 5,
  run: async (context) => {
    const place = openPlace(context, context.values.stack);
    const { file } = place;
    const { username, idToken, accessToken, tokensExpireAt } = await place.freshSession();
    const claims = readClaims(idToken);
    const user = await callCognito(
      place,
      { stack: file.stack, verb: "whoami" },
      "GetUser",
      (abortSignal) => place.cognito.send(new GetUserCommand({ AccessToken: accessToken }), { abortSignal }),
      [accessToken],
    );
    const groups = z.array(z.string()).safeParse(claims["cognito:groups"]).data ?? [];
    const factors = user.UserMFASettingList ?? [];
    const access = file.awsAccess && chooseRole(file.awsAccess, claims);
    const until = new Date(tokensExpireAt).toISOString();
    const json = {
      stack: file.stack,
      username,
      claims,
      groups,
      factors,
      preferredFactor: user.PreferredMfaSetting ?? null,
      role: access === undefined ? null : access,
      tokensExpireAt: until,
    };
    const rows: [string, string][] = [
      ["signed in as", username],
      ["user", String(claims["cognito:username"] ?? user.Username ?? "unknown")],
      ["groups", groups.join(", ") || "none"],
      [
        "factors",
        factors
          .map((name) => `${name}${name === user.PreferredMfaSetting ? " (preferred)" : ""}`)
          .join(", ") || "none switched on",
      ],
      ["AWS role", describeAccess(access)],
      ["tokens until", `${until} (renewed by themselves)`],
      ...Object.entries(claims)
        .filter(([name]) => !PLUMBING.has(name))
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([name, value]): [string, string] => [
          `claim ${name}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
    ];
    const width = Math.max(...rows.map(([name]) => name.length));
    return { json, text: rows.map(([name, value]) => showText(`${name.padEnd(width)}  ${value}`)) };
  },
});

export const whoamiVerb = asVerb(whoamiRunbook);

/** Claims that say nothing about the person, or are told above. */
const PLUMBING = new Set([
  "at_hash",
  "aud",
  "auth_time",
  "cognito:groups",
  "cognito:username",
  "event_id",
  "exp",
  "iat",
  "iss",
  "jti",
  "nonce",
  "origin_jti",
  "token_use",
]);

function describeAccess(access: ReturnType<typeof chooseRole> | undefined): string {
  if (access === undefined) return "none: the stack gives none at the command line";
  return access.role === undefined ? `none: ${access.why}` : `${access.role}, by ${access.why}`;
}
