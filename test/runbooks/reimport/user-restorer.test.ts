import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { NewUser } from "../../../runbooks/reimport/user-plan.ts";
import { type PendingAction, restoreUser } from "../../../runbooks/reimport/user-restorer.ts";
import { AccessDeniedError } from "../../../runbooks/runtime/aws-errors.ts";
import { NotFoundError, RemoteError } from "../../../runbooks/runtime/errors.ts";
import {
  createInMemoryUserWriter,
  type InMemoryUser,
  type InMemoryUserWriter,
  standingOf,
  type WriteFate,
} from "../../support/in-memory-user-writer.ts";
import { createNewUser } from "../../support/new-users.ts";
import { createTargetPool } from "../../support/restore-pools.ts";

const NAME = "user-7@example.com";
const target = createTargetPool({}, [{ name: "custom:fixed", isMutable: false }]);

/** A user with everything a user can have. */
const full = createNewUser(7, {
  isEnabled: false,
  groups: ["staff", "ops"],
  links: [{ provider: "Google", userId: "1" }],
  factors: { enabled: ["EMAIL_OTP"], preferred: "EMAIL_OTP" },
});

function restore(
  writer: InMemoryUserWriter,
  kind: PendingAction["kind"],
  user: NewUser = full,
  standing = kind === "create" ? undefined : writer.users.get(user.name),
) {
  const action = { kind, user, standing: standing && standingOf(standing) } as PendingAction;
  return restoreUser(action, { writer, target, randomBytes });
}

/** A writer in whose pool the user stands as an earlier run left them, or a person. */
function createWriter(values?: Partial<InMemoryUser>): InMemoryUserWriter {
  const writer = createInMemoryUserWriter();
  if (values) writer.add(NAME, { attributes: new Map(full.attributes), ...values });
  return writer;
}

describe("a user who is missing", () => {
  it("is created, shut out before they have a password, and then grouped, linked and given their factors", async () => {
    const writer = createWriter();
    expect(await restore(writer, "create")).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.calls).toEqual([
      `create ${NAME}`,
      `disable ${NAME}`,
      `setPassword ${NAME}`,
      `addToGroup staff ${NAME}`,
      `addToGroup ops ${NAME}`,
      `link Google ${NAME}`,
      `setFactors ${NAME}`,
    ]);
    expect(writer.users.get(NAME)).toMatchObject({
      status: "CONFIRMED",
      isEnabled: false,
      groups: new Set(["staff", "ops"]),
      factors: ["EMAIL_OTP"],
    });
  });

  it("is created with two calls where they have nothing else", async () => {
    const writer = createWriter();
    await restore(writer, "create", createNewUser(7));
    expect(writer.calls).toEqual([`create ${NAME}`, `setPassword ${NAME}`]);
  });

  it("gets passwords of their own that are long enough for the pool, the temporary one and the lasting one", async () => {
    const writer = createWriter();
    const temporary: string[] = [];
    const { create } = writer;
    writer.create = (user, password) => {
      temporary.push(password);
      return create(user, password);
    };
    for (const number of [1, 2]) await restore(writer, "create", createNewUser(number));
    const lasting = [...writer.users.values()].flatMap(({ passwords }) => passwords);
    const passwords = [...temporary, ...lasting];
    expect([passwords.length, new Set(passwords).size]).toEqual([4, 4]);
    for (const password of passwords) {
      expect(password).toMatch(/^aA1!/);
      expect(Buffer.from(password.slice(4), "base64url").length).toBeGreaterThanOrEqual(24);
    }
  });
});

describe("a user whose creation was answered with their being there", () => {
  it("is ours when they look as planned and wait for a password", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD" });
    expect(await restore(writer, "create")).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.users.get(NAME)).toMatchObject({ status: "CONFIRMED", isEnabled: false });
  });

  it.each<[string, Partial<InMemoryUser>]>([
    ["has another value", { status: "FORCE_CHANGE_PASSWORD", attributes: new Map([["email", NAME]]) }],
    ["has a password already", { status: "CONFIRMED" }],
    ["has not confirmed their sign-up", { status: "UNCONFIRMED" }],
  ])("is somebody else when whoever stands there %s, and is left as they are", async (_, values) => {
    const writer = createWriter(values);
    const before = structuredClone(writer.users.get(NAME));
    expect(await restore(writer, "create")).toEqual({
      kind: "refused",
      newSub: undefined,
      reason: "somebody else has its sign-in name",
    });
    expect(writer.users.get(NAME)).toEqual(before);
    expect(writer.calls).toEqual([`create ${NAME}`, `find ${NAME}`]);
  });
});

describe("a user with whom an earlier run did not come to its end", () => {
  it("gets what is missing", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD", groups: new Set(["staff"]) });
    expect(await restore(writer, "resume")).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.users.get(NAME)).toMatchObject({ isEnabled: false, groups: new Set(["staff", "ops"]) });
    expect(writer.calls).not.toContain(`create ${NAME}`);
  });

  it.each(["CONFIRMED", "RESET_REQUIRED"])("keeps the password they have by now (%s)", async (status) => {
    const writer = createWriter({ status });
    await restore(writer, "resume");
    expect(writer.calls).not.toContain(`setPassword ${NAME}`);
    expect(writer.users.get(NAME)?.status).toBe(status);
  });

  it("is not disabled or linked a second time", async () => {
    const identities = JSON.stringify([{ providerName: "Google", userId: "1" }]);
    const attributes = new Map([...full.attributes, ["identities", identities] as const]);
    const writer = createWriter({ isEnabled: false, attributes });
    await restore(writer, "resume");
    expect(writer.calls.filter((call) => /disable|link/.test(call))).toEqual([]);
  });

  it("is refused when an administrator has deleted them meanwhile", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD" });
    const standing = writer.users.get(NAME);
    writer.users.clear();
    expect(await restore(writer, "resume", full, standing)).toEqual({
      kind: "refused",
      newSub: "sub-1",
      reason: "it was deleted meanwhile",
    });
    expect(writer.calls).toEqual([`find ${NAME}`]);
  });

  it("is looked at once more: whoever has chosen a password since the list was read keeps it", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD" });
    const listed = structuredClone(writer.users.get(NAME));
    writer.add(NAME, { sub: listed?.sub ?? "", attributes: new Map(full.attributes), status: "CONFIRMED" });
    expect(await restore(writer, "resume", full, listed)).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.calls).not.toContain(`setPassword ${NAME}`);
  });

  it("is refused when somebody else has the name meanwhile", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD" });
    const listed = structuredClone(writer.users.get(NAME));
    writer.add(NAME, { attributes: new Map(full.attributes) });
    expect(await restore(writer, "resume", full, listed)).toMatchObject({ kind: "refused", newSub: "sub-1" });
    expect(writer.calls).toEqual([`find ${NAME}`]);
  });
});

describe("a user whose place is not free", () => {
  it.each<[Partial<PendingAction>, string]>([
    [{ kind: "clash" }, "somebody else has its sign-in name"],
    [{ kind: "blocked", decision: "taken" }, "somebody else has its sign-in name"],
    [
      { kind: "blocked", decision: "unclear" },
      "an earlier run may have half made it, and it has changed since: bring it into order by hand, or delete it and run again",
    ],
  ])("is refused without a look or a word to AWS: %j", async (values, reason) => {
    const writer = createWriter({});
    const action = { kind: "clash", user: full, standing: undefined, ...values } as PendingAction;
    const refused = { kind: "refused", newSub: undefined, reason };
    expect(await restoreUser(action, { writer, target, randomBytes })).toEqual(refused);
    expect(writer.calls).toEqual([]);
  });
});

describe("a user who stands there and is overwritten", () => {
  const stands = (values: Partial<InMemoryUser> = {}) => {
    const own = { email: NAME, email_verified: "true", name: "Theirs" };
    return createWriter({ attributes: new Map(Object.entries(own)), ...values });
  };

  it("gets the values that differ and what they lack, and keeps password and other values", async () => {
    const writer = stands({ status: "FORCE_CHANGE_PASSWORD" });
    const user = { ...full, attributes: [...full.attributes, ["nickname", "Ann"] as const] };
    expect(await restore(writer, "overwrite", user as NewUser)).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.calls).toContain(`updateAttributes nickname ${NAME}`);
    expect(writer.calls).not.toContain(`setPassword ${NAME}`);
    expect(writer.users.get(NAME)?.attributes.get("name")).toBe("Theirs");
    expect(writer.users.get(NAME)).toMatchObject({ isEnabled: false, status: "FORCE_CHANGE_PASSWORD" });
  });

  it.each<[string, Partial<InMemoryUser>]>([
    [
      "has another address",
      {
        attributes: new Map([
          ["email", "x@example.com"],
          ["email_verified", "true"],
        ]),
      },
    ],
    [
      "has not proven the address",
      {
        attributes: new Map([
          ["email", NAME],
          ["email_verified", "false"],
        ]),
      },
    ],
    ["has no address", { attributes: new Map([["name", "Ann"]]) }],
  ])("is refused untouched where whoever stands there %s: it may be somebody else", async (_, values) => {
    const writer = stands(values);
    expect(await restore(writer, "overwrite")).toEqual({
      kind: "refused",
      newSub: "sub-1",
      reason: "whoever has its sign-in name has not proven the address: it may be somebody else",
    });
    expect(writer.calls).toEqual([`find ${NAME}`]);
  });

  it("has no attribute written where none differs", async () => {
    const writer = createWriter({});
    await restore(writer, "overwrite");
    expect(writer.calls.some((call) => call.startsWith("updateAttributes"))).toBe(false);
  });

  it("gets the flag beside an address that is put back, which Cognito would else clear", async () => {
    const attributes = new Map([...full.attributes, ["email", "other@example.com"] as const]);
    const writer = createWriter({ sub: full.oldSub, attributes });
    await restore(writer, "repair");
    expect(writer.calls).toContain(`updateAttributes email email_verified ${NAME}`);
  });

  it("gets no address back that nobody verified: Cognito would send a code there", async () => {
    const attributes = new Map([["email", "other@example.com"]]);
    const writer = createWriter({ sub: full.oldSub, attributes });
    const user = { ...full, attributes: [["email", NAME]] as NewUser["attributes"] };
    expect(await restore(writer, "repair", user)).toMatchObject({
      kind: "refused",
      reason: "its email is not verified in the set: Cognito would send a code there",
    });
    expect(writer.calls).toEqual([`find ${NAME}`]);
  });

  it("has attributes put back and nothing else, when that is all that was asked for", async () => {
    const writer = stands({
      sub: full.oldSub,
      attributes: new Map([
        ["email", NAME],
        ["name", "Theirs"],
      ]),
    });
    await restore(writer, "repair");
    expect(writer.calls).toEqual([`find ${NAME}`, `updateAttributes email_verified ${NAME}`]);
  });

  it("is refused untouched when a value differs that can never be changed", async () => {
    const writer = stands();
    const user = { ...full, attributes: [...full.attributes, ["custom:fixed", "1"] as const] };
    expect(await restore(writer, "overwrite", user)).toEqual({
      kind: "refused",
      newSub: "sub-1",
      reason: "its custom:fixed differs and cannot be changed",
    });
    expect(writer.calls).toEqual([`find ${NAME}`]);
  });

  it("is refused when they were deleted meanwhile", async () => {
    const writer = stands();
    const standing = writer.users.get(NAME);
    writer.users.clear();
    expect(await restore(writer, "overwrite", full, standing)).toMatchObject({
      kind: "refused",
      reason: "it was deleted meanwhile",
    });
  });
});

describe("a user whom an import job has made", () => {
  const RESET = { status: "RESET_REQUIRED" };

  it("is not asked for again where nothing is left to do: there may be half a million of them", async () => {
    const writer = createWriter({ ...RESET, sub: "sub-1" });
    expect(await restore(writer, "resume", createNewUser(7))).toEqual({ kind: "done", newSub: "sub-1" });
    expect(writer.calls).toEqual([]);
  });

  it.each<[string, Partial<NewUser>]>([
    ["is to be in a group", { groups: ["ops"] }],
    ["was shut out", { isEnabled: false }],
    ["came in by a provider", { links: [{ provider: "Google", userId: "1" }] }],
    ["has second factors", { factors: { enabled: ["EMAIL_OTP"], preferred: "EMAIL_OTP" } }],
  ])("is looked at before anything is written when the user %s", async (_, values) => {
    const writer = createWriter(RESET);
    await restore(writer, "resume", createNewUser(7, values));
    expect(writer.calls).toHaveLength(2);
    expect(writer.calls[0]).toBe(`find ${NAME}`);
  });
});

describe("a refusal of AWS", () => {
  it.each([
    [`create ${NAME}`, "UserLambdaValidationException", undefined],
    [`disable ${NAME}`, "InvalidParameterException", "sub-1"],
    [`setPassword ${NAME}`, "InvalidPasswordException", "sub-1"],
    [`addToGroup ops ${NAME}`, "InvalidParameterException", "sub-1"],
    [`link Google ${NAME}`, "InvalidParameterException", "sub-1"],
    [`setFactors ${NAME}`, "InvalidParameterException", "sub-1"],
  ])("of %s (%s) is about this user alone, in AWS's words", async (refused, refusal, newSub) => {
    const writer = createWriter();
    writer.fate = (call) => (call === refused ? { refusal } : undefined);
    expect(await restore(writer, "create")).toEqual({
      kind: "refused",
      newSub,
      reason: `${refused}: ${refusal}.`,
    });
  });

  it("of one step does not keep the other steps from their end", async () => {
    const writer = createWriter();
    writer.fate = (call) => (call.startsWith("addToGroup staff") ? { refusal: "X" } : undefined);
    await restore(writer, "create");
    expect(writer.users.get(NAME)).toMatchObject({ groups: new Set(["ops"]), factors: ["EMAIL_OTP"] });
  });

  it("of a password is none where an earlier request had set it", async () => {
    const writer = createWriter({ status: "FORCE_CHANGE_PASSWORD" });
    let isFirst = true;
    writer.fate = (call): WriteFate | undefined => {
      if (!isFirst || !call.startsWith("setPassword")) return undefined;
      isFirst = false;
      const user = writer.users.get(NAME);
      if (user) user.status = "CONFIRMED";
      return { refusal: "PasswordHistoryPolicyViolationException" };
    };
    expect(await restore(writer, "resume")).toMatchObject({ kind: "done" });
  });

  it("of a link is none where an earlier request had made it", async () => {
    const writer = createWriter({});
    const identities = JSON.stringify([{ providerName: "Google", userId: "1" }]);
    writer.fate = (call): WriteFate | undefined => {
      if (!call.startsWith("link")) return undefined;
      writer.users.get(NAME)?.attributes.set("identities", identities);
      return { refusal: "InvalidParameterException" };
    };
    expect(await restore(writer, "resume")).toMatchObject({ kind: "done" });
  });
});

describe("what concerns more than one user stops the run:", () => {
  it.each<[string, Error]>([
    ["no answer", new RemoteError("AdminSetUserPassword: no answer.")],
    ["a right that is lacking", new AccessDeniedError("AdminSetUserPassword: no right.")],
    [
      "a pool that is gone",
      new NotFoundError("AdminSetUserPassword: not found.", {
        cause: Object.assign(new Error("gone"), { name: "ResourceNotFoundException" }),
      }),
    ],
    ["a fault of the command itself", new TypeError("undefined is not a function")],
  ])("%s", async (_, error) => {
    const writer = createWriter();
    const failing = { ...writer, setPassword: () => Promise.reject(error) };
    await expect(restore(failing, "create")).rejects.toBe(error);
  });
});
