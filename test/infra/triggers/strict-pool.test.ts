import { beforeEach, describe, expect, test } from "vitest";
import { startSrp } from "../../../runbooks/sign-in/srp.ts";
import { call, createPool, faultOf, openModel } from "../../local/cognito/strict-model.ts";
import { EVERY_TRIGGER, FIRST_GROUP, programFunctions } from "../../support/program-functions.ts";

const NOW = "2026-11-21T03:00:00Z";
const PASSWORD = "Correct-horse-7";
const QUESTION = "最初に飼った犬の名前は?";

interface Reply {
  ChallengeName?: string;
  Session?: string;
  ChallengeParameters?: Record<string, string>;
  AuthenticationResult?: { AccessToken: string };
}

/** A strict pool that calls every trigger of ours, as Cognito does. */
async function openPool() {
  const functions = programFunctions({ model: () => model, now: () => new Date(NOW) });
  const { lines } = functions;
  const model = openModel(NOW, 1, functions.partners);
  const poolId = await createPool(model, {
    UsernameAttributes: ["email"],
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ["email"],
    EmailConfiguration: {
      EmailSendingAccount: "DEVELOPER",
      SourceArn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
      From: "Example Support <support@example.com>",
    },
    LambdaConfig: EVERY_TRIGGER,
  });
  const admin = (operation: string, input: object) =>
    call(model, operation, { UserPoolId: poolId, ...input });
  for (const group of ["admins", FIRST_GROUP]) await admin("CreateGroup", { GroupName: group });
  const clientOf = async (name: string, flow: string) => {
    const { UserPoolClient } = (await admin("CreateUserPoolClient", {
      ClientName: name,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", flow],
      PreventUserExistenceErrors: "ENABLED",
    })) as { UserPoolClient: { ClientId: string } };
    return UserPoolClient.ClientId;
  };
  const clients = {
    asking: await clientOf("asking", "ALLOW_CUSTOM_AUTH"),
    plain: await clientOf("plain", "ALLOW_USER_PASSWORD_AUTH"),
  };
  const app = (operation: string, input: object) =>
    model.handle(operation, input, { isSigned: false }) as Promise<Reply>;

  return {
    model,
    lines,
    clients,
    app,
    admin,
    signUp: (email: string) =>
      app("SignUp", {
        ClientId: clients.plain,
        Username: email,
        Password: PASSWORD,
        UserAttributes: [{ Name: "email", Value: email }],
      }),
    code: () => /\d{6}/.exec(model.messages.at(-1)?.body ?? "")?.[0] ?? "",
    groupsOf: async (email: string) => {
      const { Groups } = (await admin("AdminListGroupsForUser", { Username: email })) as {
        Groups: { GroupName: string }[];
      };
      return Groups.map(({ GroupName }) => GroupName);
    },
    /** A user as a restore makes one: by an administrator, in silence, with a password nobody knows, and groups. */
    restore: async (email: string, ...groups: string[]) => {
      await admin("AdminCreateUser", {
        Username: email,
        MessageAction: "SUPPRESS",
        UserAttributes: [
          { Name: "email", Value: email },
          { Name: "email_verified", Value: "true" },
        ],
      });
      await admin("AdminSetUserPassword", { Username: email, Password: PASSWORD, Permanent: true });
      for (const group of groups) await admin("AdminAddUserToGroup", { Username: email, GroupName: group });
    },
    /** The password by SRP within the custom flow; what comes next. */
    prove: async (email: string, password = PASSWORD) => {
      const srp = startSrp(poolId);
      const first = await app("InitiateAuth", {
        ClientId: clients.asking,
        AuthFlow: "CUSTOM_AUTH",
        AuthParameters: { USERNAME: email, CHALLENGE_NAME: "SRP_A", SRP_A: srp.SRP_A },
      });
      expect(first.ChallengeName).toBe("PASSWORD_VERIFIER");
      const proof = srp.prove(first.ChallengeParameters ?? {}, password, new Date(NOW));
      return app("RespondToAuthChallenge", {
        ClientId: clients.asking,
        ChallengeName: "PASSWORD_VERIFIER",
        Session: first.Session,
        ChallengeResponses: proof,
      });
    },
    answer: ({ Session, ChallengeParameters }: Reply, answer: string, metadata = {}) =>
      app("RespondToAuthChallenge", {
        ClientId: clients.asking,
        ChallengeName: "CUSTOM_CHALLENGE",
        Session,
        ChallengeResponses: { USERNAME: ChallengeParameters?.USERNAME ?? "", ANSWER: answer },
        ClientMetadata: metadata,
      }),
  };
}

let pool: Awaited<ReturnType<typeof openPool>>;
beforeEach(async () => {
  pool = await openPool();
});

describe("a restore into a pool with every trigger", () => {
  test("is blocked by none, whatever the mail domain, and puts nobody into other groups", async () => {
    await pool.restore("partner@example.org", "admins");
    expect(await pool.groupsOf("partner@example.org")).toEqual(["admins"]);
    expect(pool.model.messages).toEqual([]);
  });

  test("changes no group when people reset their passwords afterwards", async () => {
    await pool.restore("partner@example.org", "admins");
    const ClientId = pool.clients.plain;
    await pool.app("ForgotPassword", { ClientId, Username: "partner@example.org" });
    await pool.app("ConfirmForgotPassword", {
      ClientId,
      Username: "partner@example.org",
      ConfirmationCode: pool.code(),
      Password: "Another-horse-8",
    });
    expect(await pool.groupsOf("partner@example.org")).toEqual(["admins"]);
  });

  test("lets people sign in again, who choose a new question: answers belong to users that are gone", async () => {
    await pool.restore("hanako@example.com");
    const next = await pool.prove("hanako@example.com");
    expect(next.ChallengeParameters).toMatchObject({ step: "register" });
  });
});

describe("signing up in a pool with every trigger", () => {
  test("with an allowed address sends our message, and makes a member of who confirms", async () => {
    await pool.signUp("hanako@example.com");
    expect(pool.model.messages.at(-1)?.subject).toContain("メールアドレスの確認");
    expect(await pool.groupsOf("hanako@example.com")).toEqual([]);
    const confirmation = {
      ClientId: pool.clients.plain,
      Username: "hanako@example.com",
      ConfirmationCode: pool.code(),
    };
    await pool.app("ConfirmSignUp", confirmation);
    expect(await pool.groupsOf("hanako@example.com")).toEqual(["members"]);
  });

  test("with another address is refused in Japanese first, and leaves no user", async () => {
    const fault = await faultOf(pool.signUp("mallory@example.org"));
    expect(fault.message).toBe(
      "PreSignUp failed with error このメールアドレスでは登録できません。This mail address cannot sign up..",
    );
    expect(await pool.admin("ListUsers", {})).toMatchObject({ Users: [] });
  });
});

describe("signing in with a question", () => {
  beforeEach(() => pool.restore("hanako@example.com"));

  async function register(answer = "ポチ") {
    const next = await pool.prove("hanako@example.com");
    return pool.answer(next, JSON.stringify({ question: QUESTION, answer }));
  }

  test("registers at the first time, asks at the second, and gives tokens for the right answer only", async () => {
    expect((await register()).AuthenticationResult).toBeDefined();
    const asked = await pool.prove("hanako@example.com");
    expect(asked).toMatchObject({
      ChallengeName: "CUSTOM_CHALLENGE",
      ChallengeParameters: { step: "answer", question: QUESTION },
    });
    const again = await pool.answer(asked, "タマ");
    expect(again).toMatchObject({ ChallengeParameters: { step: "answer", question: QUESTION } });
    expect((await pool.answer(again, "ﾎﾟﾁ")).AuthenticationResult).toBeDefined();
  });

  test("ends after three wrong answers", async () => {
    await register();
    let next = await pool.prove("hanako@example.com");
    for (const guess of ["one", "two"]) next = await pool.answer(next, guess);
    expect((await faultOf(pool.answer(next, "three"))).code).toBe("NotAuthorizedException");
  });

  test("changes the question after the right answer", async () => {
    await register();
    const asked = await pool.prove("hanako@example.com");
    const change = await pool.answer(asked, "ポチ", { changeQuestion: "true" });
    expect(change.ChallengeParameters).toMatchObject({ step: "register" });
    const registration = JSON.stringify({ question: "生まれた町は?", answer: "倉敷" });
    expect((await pool.answer(change, registration)).AuthenticationResult).toBeDefined();
    expect((await pool.prove("hanako@example.com")).ChallengeParameters?.question).toBe("生まれた町は?");
  });

  test("cannot begin with the question", async () => {
    const start = pool.app("InitiateAuth", {
      ClientId: pool.clients.asking,
      AuthFlow: "CUSTOM_AUTH",
      AuthParameters: { USERNAME: "hanako@example.com" },
    });
    expect((await faultOf(start)).code).toBe("NotAuthorizedException");
  });

  test("cannot go round it: the client takes no other flow", async () => {
    for (const AuthFlow of ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"]) {
      const start = pool.app("InitiateAuth", {
        ClientId: pool.clients.asking,
        AuthFlow,
        AuthParameters: {
          USERNAME: "hanako@example.com",
          PASSWORD,
          SRP_A: startSrp("ap-northeast-1_Other1234").SRP_A,
        },
      });
      expect((await faultOf(start)).message).toMatch(/not enabled/);
    }
  });

  test("tells a name that nobody has by nothing: the same step, then the same refusal as for a wrong password", async () => {
    const wrong = await faultOf(pool.prove("hanako@example.com", "Wrong-horse-7"));
    const unknown = await faultOf(pool.prove("nobody@example.com"));
    expect({ code: unknown.code, message: unknown.message }).toEqual({
      code: wrong.code,
      message: wrong.message,
    });
  });
});

describe("the log of sign-ins of a pool", () => {
  const signIn = (USERNAME: string, password: string) =>
    pool.app("InitiateAuth", {
      ClientId: pool.clients.plain,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
    });

  test("tells attempts from successes, and names nobody who is not there", async () => {
    await pool.restore("hanako@example.com");
    await signIn("hanako@example.com", PASSWORD);
    await faultOf(signIn("hanako@example.com", "Wrong-horse-7"));
    await faultOf(signIn("my-secret-password", PASSWORD));
    const events = pool.lines.map((line) => JSON.parse(line));
    expect(events.map(({ event, isKnown }) => [event, isKnown])).toEqual([
      ["sign-in-attempt", true],
      ["sign-in-success", true],
      ["sign-in-attempt", true],
      ["sign-in-attempt", false],
    ]);
    expect(pool.lines.join()).not.toMatch(/my-secret-password|horse|@example\.com/);
  });
});
