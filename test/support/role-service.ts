import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The part of STS that identity pools ask, behind the gateway. */
export interface RoleService {
  url: string;
  /** Roles that credentials were asked for, oldest first. */
  assumed: string[];
  /** What is given out: changes of the next answers. */
  change: (answer: Partial<RoleAnswer>) => void;
  close: () => Promise<void>;
}

interface RoleAnswer {
  secretAccessKey: string;
  sessionToken: string;
  accessKeyId: string;
  /** Whether the role does not trust who asks. */
  isRefused: boolean;
  /** From now on. */
  lifeMs: number;
}

/** Starts it on a free port. The access key id tells the role: ASIA and its name. */
export async function startRoleService(now: () => number): Promise<RoleService> {
  let changes: Partial<RoleAnswer> = {};
  const assumed: string[] = [];
  const server = createServer(async (message, response) => {
    const form = new URLSearchParams(await text(message));
    const role = form.get("RoleArn") ?? "";
    assumed.push(role);
    const answer: RoleAnswer = {
      accessKeyId: `ASIA${(role.split("/").at(-1) ?? "").toUpperCase().replaceAll("-", "_").padEnd(16, "0")}`,
      secretAccessKey: SECRET_KEY_CANARY,
      sessionToken: SESSION_TOKEN_CANARY,
      lifeMs: 3_600_000,
      isRefused: false,
      ...changes,
    };
    response.setHeader("content-type", "text/xml");
    if (answer.isRefused) {
      response.statusCode = 403;
      response.end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
      );
      return;
    }
    response.end(
      '<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        `<AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>${answer.accessKeyId}</AccessKeyId>` +
        `<SecretAccessKey>${answer.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${answer.sessionToken}</SessionToken>` +
        `<Expiration>${new Date(now() + answer.lifeMs).toISOString()}</Expiration>` +
        "</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    assumed,
    change: (answer) => {
      changes = answer;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const SECRET_KEY_CANARY = "canary/secret+key/0000000000000000000000";
export const SESSION_TOKEN_CANARY = "canarySessionToken/0000000000000000==";
