import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import { resolveRole } from "../../../local/services/identity-roles.ts";
import { homeOf, storeSignInFile } from "../../../runbooks/sign-in/home.ts";
import { chooseRole } from "../../../runbooks/sign-in/role-choice.ts";
import type { SignInFile } from "../../../runbooks/sign-in/sign-in-file.ts";
import { loginVerb } from "../../../runbooks/sign-in/verbs/login.ts";
import { verifyTokenVerb } from "../../../runbooks/sign-in/verbs/verify-token.ts";
import { whoamiVerb } from "../../../runbooks/sign-in/verbs/whoami.ts";
import { TOTP_FACTOR } from "../../support/factors.ts";
import {
  type CommandLineWorld,
  type CommandLineWorldOptions,
  openCommandLine,
} from "../../support/sign-in-command.ts";
import { EMAIL, HOUR, PASSWORD } from "../../support/sign-in-world.ts";

const worlds: CommandLineWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const access: NonNullable<SignInFile["awsAccess"]> = {
  identityPoolId: "ap-northeast-1:11111111-2222-4333-8444-555555555555",
  roles: { sre: "arn:aws:iam::123456789012:role/sre", dev: "arn:aws:iam::123456789012:role/dev" },
  rules: [
    { claim: "custom:department", match: "equals", value: "sre", role: "sre" },
    { claim: "custom:department", match: "startsWith", value: "dev", role: "dev" },
    { claim: "cognito:groups", match: "contains", value: "admin", role: "sre" },
  ],
};

/** Somebody of this department who has signed in. */
async function signIn(department: string, options: CommandLineWorldOptions = {}) {
  const world = await openCommandLine({
    pool: { Schema: [{ Name: "department", AttributeDataType: "String", Mutable: true }] },
    client: { ReadAttributes: ["email", "custom:department"] },
    attributes: { "custom:department": department },
    file: { awsAccess: access },
    ...options,
  });
  worlds.push(world);
  const host = await world.run(loginVerb, ["--username", EMAIL], { answers: [PASSWORD] });
  expect(host.exitCode()).toBe(0);
  return world;
}

describe("whoami", () => {
  test("says who, which groups, which factors, which role and why, and until when", async () => {
    const world = await signIn("dev-web", { mfa: { MfaConfiguration: "OPTIONAL", ...TOTP_FACTOR } });
    world.giveAuthenticator();
    const host = await world.run(whoamiVerb);
    expect(host.exitCode()).toBe(0);
    expect(host.out().split("\n")).toEqual([
      `signed in as             ${EMAIL}`,
      `user                     ${world.sub}`,
      "groups                   none",
      "factors                  SOFTWARE_TOKEN_MFA (preferred)",
      'AWS role                 dev, by rule 2: custom:department starts with "dev"',
      `tokens until             ${new Date(world.now() + HOUR).toISOString()} (renewed by themselves)`,
      "claim custom:department  dev-web",
      `claim email              ${EMAIL}`,
      `claim sub                ${world.sub}`,
      "",
    ]);
  });

  test("says why there is no role", async () => {
    const world = await signIn("sales");
    const host = await world.run(whoamiVerb, ["--json"]);
    expect(JSON.parse(host.out())).toMatchObject({
      username: EMAIL,
      groups: [],
      factors: [],
      preferredFactor: null,
      role: {
        why: 'no rule gives you a role: your custom:department is "sales", you have no cognito:groups',
      },
    });
    expect(host.out()).not.toContain((await world.session())?.accessToken);
  });

  test("ends with 12 where nobody is signed in", async () => {
    const world = await openCommandLine();
    worlds.push(world);
    const host = await world.run(whoamiVerb);
    expect([host.exitCode(), host.errors().includes("npm run sign-in -- login --stack dev")]).toEqual([
      12,
      true,
    ]);
  });
});

describe("the role and why", () => {
  const pick = (claims: Record<string, unknown>) => chooseRole(access, claims);

  test.each<[Record<string, unknown>, string | undefined, string]>([
    [{ "custom:department": "sre" }, "sre", 'rule 1: custom:department is "sre"'],
    [{ "custom:department": "dev" }, "dev", 'rule 2: custom:department starts with "dev"'],
    [
      { "custom:department": "hr", "cognito:groups": ["admins", "staff"] },
      "sre",
      'rule 3: cognito:groups contains "admin"',
    ],
    [
      { "custom:department": "hr" },
      undefined,
      'no rule gives you a role: your custom:department is "hr", you have no cognito:groups',
    ],
    [{}, undefined, "no rule gives you a role: you have no custom:department, you have no cognito:groups"],
  ])("of %j is %s", (claims, role, why) => {
    expect(pick(claims)).toMatchObject({ role, why });
  });

  test("are those that the identity pool finds", () => {
    const matches = {
      equals: "Equals",
      contains: "Contains",
      startsWith: "StartsWith",
      notEqual: "NotEqual",
    } as const;
    const mapping = {
      Type: "Rules",
      AmbiguousRoleResolution: "Deny",
      RulesConfiguration: {
        Rules: access.rules.map(({ claim, match, value, role }) => ({
          Claim: claim,
          MatchType: matches[match],
          Value: value,
          RoleARN: access.roles[role] ?? "",
        })),
      },
    } as const;
    for (const department of [undefined, "sre", "dev", "dev-web", "srex", "hr"]) {
      for (const groups of [undefined, ["admins"], ["staff"]]) {
        const claims = { "custom:department": department, "cognito:groups": groups };
        const found = resolveRole({ mapping, authenticatedRole: undefined, claims });
        const chosen = pick(claims);
        expect("role" in found ? found.role : undefined).toBe(
          chosen.role === undefined ? undefined : chosen.roleArn,
        );
      }
    }
  });
});

describe("verify-token", () => {
  const verify = async (world: CommandLineWorld, token: string) => {
    const file = join(world.env.HOME ?? "", "token");
    await writeFile(file, `${token}\n`);
    const host = await world.run(verifyTokenVerb, [file]);
    expect(host.errors() + host.out()).not.toContain(token.split(".")[2] || "no signature");
    return { code: host.exitCode(), error: host.errors(), out: host.out() };
  };

  test("says of a good one who issued it, for whom, what kind it is and when it ends", async () => {
    const world = await signIn("sre");
    const { idToken = "", accessToken = "" } = (await world.session()) ?? {};
    const { code, out } = await verify(world, idToken);
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 5)).toEqual([
      "signature  good, by a key of the pool",
      `issuer     https://cognito-idp.ap-northeast-1.amazonaws.com/${world.poolId}`,
      `client     ${world.clientId}`,
      "kind       id token",
      `of user    ${world.sub}`,
    ]);
    expect((await verify(world, accessToken)).out).toContain("access token");
  });

  test("says in one line what is wrong with a bad one, and ends with 13", async () => {
    const world = await signIn("sre");
    const { idToken = "" } = (await world.session()) ?? {};
    const [head = "", body = "", signature = ""] = idToken.split(".");
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    const changed = encode({ ...decode(body), sub: "somebody-else" });
    const otherKey = encode({ ...decode(head), kid: "another" });
    const none = encode({ ...decode(head), alg: "none" });
    const bySecret = await new SignJWT(decode(body))
      .setProtectedHeader({ alg: "HS256", kid: decode(head).kid })
      .sign(Buffer.alloc(32, 1));
    const foreign = encode({ ...decode(body), iss: `${decode(body).iss}X` });
    const cases: [string, string][] = [
      ["hello", "it is no token (a JWT)"],
      [`${head}.${changed}.${signature}`, "its signature is wrong"],
      [`${otherKey}.${body}.${signature}`, "none of the pool's keys signed it"],
      [`${none}.${body}.${signature}`, "it is signed by a method that the pool does not use"],
      [bySecret, "it is signed by a method that the pool does not use"],
      [`${head}.${foreign}.${signature}`, "another user pool issued it"],
    ];
    for (const [token, fault] of cases) {
      const { code, error } = await verify(world, token);
      expect([fault, code, error]).toEqual([
        fault,
        13,
        `sign-in verify-token: The token is not good: ${fault}. Trust nothing that it says.\n`,
      ]);
    }
    world.pass(2 * HOUR);
    const { code, error } = await verify(world, idToken);
    expect([code, error]).toEqual([13, expect.stringContaining("it is outdated since 20")]);
  });

  test("ends with 13 for a token of another client", async () => {
    const world = await signIn("sre");
    const { idToken = "", accessToken = "" } = (await world.session()) ?? {};
    const created = await world.admin("CreateUserPoolClient", { ClientName: "other" });
    const { ClientId } = created.UserPoolClient as { ClientId: string };
    storeSignInFile(homeOf(world.env, "dev"), { ...world.file, clientId: ClientId });
    for (const token of [idToken, accessToken]) {
      expect((await verify(world, token)).error).toContain("it is for another client");
    }
  });

  test("ends with 15 where the pool's keys cannot be had, and with 2 without a token", async () => {
    const world = await signIn("sre");
    const { idToken = "" } = (await world.session()) ?? {};
    world.gateway.faults.add({ kind: "503", service: "sign-in" });
    expect((await verify(world, idToken)).code).toBe(15);
    world.gateway.faults.clear();
    expect(await verify(world, " ")).toMatchObject({
      code: 2,
      error: "sign-in verify-token: The file is empty. Put one token into it.\n",
    });
    expect((await verify(world, "x".repeat(70_000))).code).toBe(2);
    const missing = await world.run(verifyTokenVerb, ["/nowhere"]);
    expect(missing.exitCode()).toBe(2);
    const gone = await signIn("sre");
    storeSignInFile(homeOf(gone.env, "dev"), { ...gone.file, userPoolId: "ap-northeast-1_Gone12345" });
    expect((await verify(gone, idToken)).code).toBe(15);
  });
});
