import { RevokeTokenCommand } from "@aws-sdk/client-cognito-identity-provider";
import { RunbookError } from "../../runtime/errors.ts";
import { defineRunbook, type RunbookResult } from "../../runtime/runbook.ts";
import { type ConfiguredStack, openStack } from "../home.ts";
import { systemKeyring } from "../keyring.ts";
import type { Session } from "../session.ts";
import { forgetSession, readSession } from "../session-file.ts";
import { withSessionLock } from "../session-lock.ts";
import { readClaims } from "../session-tokens.ts";
import { createSignInCaller, openUserPoolClient } from "../unsigned-clients.ts";
import { stackOption } from "../verb-options.ts";
import { sessionExitCodes } from "./exit-codes.ts";

export const logoutRunbook = defineRunbook({
  name: "sign-in logout",
  summary: "Ends the session of this machine: revokes it at Cognito, then removes it from the disk.",
  options: {
    ...stackOption,
  },
  examples: ["npm run sign-in -- logout", "npm run sign-in -- logout --stack dev"],
  exitCodes: {
    0: "signed out; also where nobody had signed in",
    ...sessionExitCodes,
    12: "the key store does not give the key of the session, which stays",
    15: "the session is removed from this machine, but Cognito did not revoke it",
  },
  deadlineMinutes: 3,
  run: async (context): Promise<RunbookResult> => {
    const stack = openStack(context.env, context.values.stack);
    const keyring = systemKeyring(context.env);
    const { home, file } = stack;
    return withSessionLock(home, context, async () => {
      // What cannot be read cannot be revoked either: somebody has to look before it is gone.
      const session = await readSession(home, keyring);
      let failure: RunbookError | undefined;
      try {
        if (session !== undefined) await revoke(stack, session, context);
      } catch (error) {
        if (!(error instanceof RunbookError) || context.signal.aborted) throw error;
        failure = error;
      }
      const wasThere = await forgetSession(home, keyring);
      if (failure !== undefined) {
        context.warn(`${failure.message} ${stillAlive(file, session)}`);
        const said = "Removed from this machine, but not revoked.";
        return { json: { signedOut: true, revoked: false }, text: [said], exitCode: 15 };
      }
      const said = wasThere ? `Signed out of stack ${file.stack}.` : "Nobody had signed in.";
      return { json: { signedOut: wasThere, revoked: session !== undefined }, text: [said] };
    });
  },
});

async function revoke(
  { file }: ConfiguredStack,
  { refreshToken }: Session,
  { env, signal }: { env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<void> {
  const client = openUserPoolClient({ region: file.region, env });
  try {
    const input = { ClientId: file.clientId, Token: refreshToken };
    await createSignInCaller(signal)(
      `RevokeToken at ${file.userPoolId}`,
      (abortSignal) => client.send(new RevokeTokenCommand(input), { abortSignal }),
      [refreshToken],
    );
  } finally {
    client.destroy();
  }
}

/** Until when a copy of the session could be used: a refresh token lives from the sign-in on, renewals included. */
function stillAlive({ refreshTokenMinutes }: ConfiguredStack["file"], session: Session | undefined): string {
  const signedInAt = session && Number(readClaims(session.idToken).auth_time);
  if (!signedInAt || refreshTokenMinutes === undefined) {
    return "A copy of the session, if there is one, lives until its refresh token ends.";
  }
  const end = new Date((signedInAt + refreshTokenMinutes * 60) * 1_000);
  return `A copy of the session, if there is one, lives until ${end.toISOString()}.`;
}
