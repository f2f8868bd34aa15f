import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  CredentialsError,
  IntegrityError,
  LocalFileError,
  LockedError,
} from "../../../runbooks/runtime/errors.ts";
import { homeAt, type SignInHome } from "../../../runbooks/sign-in/home-folder.ts";
import { KeyringError, rememberKeys, systemKeyring } from "../../../runbooks/sign-in/keyring.ts";
import { UnsafeFileError } from "../../../runbooks/sign-in/private-file.ts";
import type { Session } from "../../../runbooks/sign-in/session.ts";
import {
  forgetSession,
  readSession,
  renewSession,
  writeSession,
} from "../../../runbooks/sign-in/session-file.ts";
import { withSessionLock } from "../../../runbooks/sign-in/session-lock.ts";
import { createInMemoryKeyring } from "../../support/in-memory-keyring.ts";

let root: string;
let home: SignInHome;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sekisho-session-"));
  home = homeAt(join(root, "homes", "dev"));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

const CANARIES = Array.from({ length: 6 }, (_, number) => `canary-${number}-0123456789abcdef`);
const [
  idToken = "",
  accessToken = "",
  refreshToken = "",
  accessKeyId = "",
  secretAccessKey = "",
  sessionToken = "",
] = CANARIES;
const session: Session = {
  username: "hanako@example.com",
  idToken,
  accessToken,
  refreshToken,
  tokensExpireAt: 1_800_000_000_000,
  credentials: { accessKeyId, secretAccessKey, sessionToken, expiresAt: 1_800_000_000_000 },
};
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const noWait = { pause: async () => {} };

describe("The session on the disk", () => {
  test("lies in a file and a folder for this user alone, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await writeSession(home, session, undefined);
    } finally {
      process.umask(before);
    }
    expect([modeOf(home.session), modeOf(home.folder), modeOf(join(root, "homes"))]).toEqual([
      "600",
      "700",
      "700",
    ]);
    expect(await readSession(home, undefined)).toEqual(session);
  });

  test("comes back as it was written, encrypted or not", async () => {
    const keyring = createInMemoryKeyring();
    await fc.assert(
      fc.asyncProperty(
        fc.record({ username: fc.string({ unit: "grapheme" }), idToken: fc.string({ minLength: 1 }) }),
        fc.boolean(),
        async (changes, isEncrypted) => {
          const written = { ...session, ...changes };
          await writeSession(home, written, isEncrypted ? keyring : undefined);
          expect(await readSession(home, keyring)).toEqual(written);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("is read where its way can be written by the user's own group, or is sticky", async () => {
    await writeSession(home, session, undefined);
    chmodSync(root, 0o770);
    expect(await readSession(home, undefined)).toEqual(session);
    vi.spyOn(process, "getgid").mockReturnValue(4_242);
    chmodSync(root, 0o1770);
    expect(await readSession(home, undefined)).toEqual(session);
  });

  test("is not there before somebody signs in, nor after it was forgotten", async () => {
    expect(await readSession(home, undefined)).toBeUndefined();
    await writeSession(home, session, undefined);
    expect(await forgetSession(home, undefined)).toBe(true);
    expect(await forgetSession(home, undefined)).toBe(false);
    expect(await readSession(home, undefined)).toBeUndefined();
  });

  test("leaves nothing of an earlier writer that was killed", async () => {
    await writeSession(home, session, undefined);
    writeFileSync(join(home.folder, ".session.new-0123"), refreshToken, { mode: 0o600 });
    await writeSession(home, session, undefined);
    expect(readdirSync(home.folder)).toEqual(["session"]);
  });

  test("stays whole where a new one cannot be written", async () => {
    await writeSession(home, session, undefined);
    rmSync(home.session);
    mkdirSync(join(home.session, "in the way"), { recursive: true });
    await expect(writeSession(home, session, undefined)).rejects.toThrow(LocalFileError);
    expect(readdirSync(home.folder)).toEqual(["session"]);
  });
});

/** What somebody else could do to the files, and how it is told. */
const attacks: [name: string, attack: () => unknown, told: string][] = [
  ["a session others may read", () => chmodSync(home.session, 0o640), "is open to others. Run chmod 600"],
  ["a session others may write", () => chmodSync(home.session, 0o602), "is open to others"],
  ["a folder others may enter", () => chmodSync(home.folder, 0o711), "is open to others. Run chmod 700"],
  ["a folder all may write", () => chmodSync(home.folder, 0o777), "is open to others"],
  [
    "a way to it that all may write",
    () => chmodSync(root, 0o777),
    "can be written by everybody. Run chmod o-w",
  ],
  [
    "a way to it that a group of others may write",
    () => {
      vi.spyOn(process, "getgid").mockReturnValue(4_242);
      chmodSync(root, 0o770);
    },
    "can be written by a group. Run chmod g-w",
  ],
  [
    "a symbolic link in its place",
    () => {
      renameSync(home.session, join(root, "other"));
      symlinkSync(join(root, "other"), home.session);
    },
    "is a symbolic link",
  ],
  [
    "a symbolic link in place of the folder",
    () => {
      renameSync(home.folder, join(root, "other"));
      symlinkSync(join(root, "other"), home.folder);
    },
    "is a symbolic link",
  ],
  [
    "a second name for it",
    () => linkSync(home.session, join(root, "other")),
    "has a second name (a hard link)",
  ],
  [
    "a folder in its place",
    () => {
      rmSync(home.session);
      mkdirSync(home.session, { mode: 0o700 });
    },
    "is no plain file",
  ],
  [
    "a pipe in its place, at which nobody writes",
    () => {
      rmSync(home.session);
      execFileSync("mkfifo", ["-m", "600", home.session]);
    },
    "is no plain file",
  ],
  [
    "a socket in its place",
    async () => {
      rmSync(home.session);
      const server = createServer().listen(home.session);
      await once(server, "listening");
      chmodSync(home.session, 0o600);
      server.unref();
    },
    "is no plain file",
  ],
  ["another owner", () => vi.spyOn(process, "getuid").mockReturnValue(4_242), "belongs to another user"],
  [
    "a file in place of the folder",
    () => {
      rmSync(home.folder, { recursive: true });
      writeFileSync(home.folder, "");
    },
    "is no folder",
  ],
  [
    "one far too large",
    () => writeFileSync(home.session, "x".repeat(300_000)),
    "is larger than 262144 bytes",
  ],
  ["one that is no text", () => writeFileSync(home.session, Buffer.from([0xff, 0xfe, 0x00])), "is no text"],
  ["one that is no JSON", () => writeFileSync(home.session, '{"version":1,'), "it is not JSON"],
  ["an empty one", () => writeFileSync(home.session, ""), "it is not JSON"],
  [
    "one of another version",
    () => writeFileSync(home.session, '{"version":2}'),
    "it is of no version this command knows",
  ],
  ["one with nothing in it", () => writeFileSync(home.session, '{"version":1}'), "it holds no session"],
  [
    "one of another shape",
    () => writeFileSync(home.session, '{"version":1,"session":{"idToken":5}}'),
    "holds no session of this version",
  ],
];

describe("The session is refused, and never shown, where there is", () => {
  test.each(attacks)("%s", async (_, attack, told) => {
    await writeSession(home, session, undefined);
    await attack();
    const refused = await readSession(home, undefined).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(IntegrityError);
    const { message, remedy, exitCode } = refused as IntegrityError;
    expect(`${message} ${remedy}`).toContain(told);
    expect(exitCode).toBe(13);
    for (const canary of CANARIES) expect(message).not.toContain(canary);
  });
});

describe("With a key store", () => {
  test("nothing of a session stands in the file in clear", async () => {
    const keyring = createInMemoryKeyring();
    expect(await writeSession(home, session, keyring)).toEqual({ isEncrypted: true });
    const text = readFileSync(home.session, "utf8");
    for (const canary of [...CANARIES, session.username]) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(Buffer.from(canary).toString("base64").slice(0, 16));
    }
    expect(await readSession(home, keyring)).toEqual(session);
    expect([...keyring.keys.keys()]).toEqual([`session ${home.folder}`]);
  });

  test("a session cannot be read without its key, and one line says so", async () => {
    const keyring = createInMemoryKeyring();
    await writeSession(home, session, keyring);
    keyring.isLocked = true;
    const read = () => readSession(home, keyring);
    await expect(read()).rejects.toThrow(CredentialsError);
    await expect(read()).rejects.toThrow(
      "The session is encrypted, and this machine's key store does not give its key.",
    );
    await expect(readSession(home, undefined)).rejects.toThrow(CredentialsError);
    keyring.isLocked = false;
    keyring.keys.clear();
    await expect(read()).rejects.toThrow(CredentialsError);
  });

  test("a session that was altered is not read", async () => {
    const keyring = createInMemoryKeyring();
    await writeSession(home, session, keyring);
    const { version, sealed } = JSON.parse(readFileSync(home.session, "utf8"));
    const bytes = Buffer.from(sealed, "base64");
    for (const place of [0, 13, 30, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 1;
      writeFileSync(home.session, JSON.stringify({ version, sealed: altered.toString("base64") }));
      await expect(readSession(home, keyring)).rejects.toThrow("its key does not open it");
    }
    writeFileSync(home.session, JSON.stringify({ version, sealed: "" }));
    await expect(readSession(home, keyring)).rejects.toThrow("its key does not open it");
  });

  test("a locked one leaves the session readable by this user alone, and says that it is not encrypted", async () => {
    const keyring = createInMemoryKeyring();
    keyring.isLocked = true;
    expect(await writeSession(home, session, keyring)).toEqual({ isEncrypted: false });
    expect(modeOf(home.session)).toBe("600");
    expect(await readSession(home, keyring)).toEqual(session);
  });

  test("a renewal keeps an encrypted session encrypted, with the key that opened it, or is refused", async () => {
    const keyring = createInMemoryKeyring();
    await writeSession(home, session, keyring);
    const held = rememberKeys(keyring);
    await readSession(home, held);
    keyring.isLocked = true;
    await renewSession(home, { ...session, username: "renewed" }, held);
    expect(readFileSync(home.session, "utf8")).not.toContain(refreshToken);
    const before = readFileSync(home.session, "utf8");
    for (const none of [keyring, undefined]) {
      await expect(renewSession(home, session, none)).rejects.toThrow(CredentialsError);
    }
    expect(readFileSync(home.session, "utf8")).toBe(before);
    keyring.isLocked = false;
    expect((await readSession(home, keyring))?.username).toBe("renewed");
  });

  test("the key goes with the session", async () => {
    const keyring = createInMemoryKeyring();
    await writeSession(home, session, keyring);
    await forgetSession(home, keyring);
    expect(keyring.keys.size).toBe(0);
    await writeSession(home, session, keyring);
    keyring.isLocked = true;
    await expect(forgetSession(home, keyring)).rejects.toThrow("The session is removed, but its key stays");
    expect(existsSync(home.session)).toBe(false);
  });

  test("of this very machine keys are kept and removed", async ({ skip }) => {
    const keyring = systemKeyring({});
    const name = `test ${process.pid}`;
    const key = Buffer.alloc(32, 7);
    try {
      await keyring?.write(name, key);
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      skip("this machine has no Secret Service or Keychain");
    }
    expect(await keyring?.read(name)).toEqual(Uint8Array.from(key));
    await keyring?.remove(name);
    expect(await keyring?.read(name)).toBeUndefined();
  });

  test("that somebody switched off none is used", () => {
    expect(systemKeyring({ SEKISHO_KEYRING: "off" })).toBeUndefined();
  });
});

describe("The lock of a session", () => {
  test("lets one work at a time", async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(
      Array.from({ length: 20 }, () =>
        withSessionLock(
          home,
          { pause: () => new Promise((resolve) => setImmediate(resolve)), seconds: 600 },
          work,
        ),
      ),
    );
    expect(most).toBe(1);
    expect(modeOf(home.lock)).toBe("600");
  });

  test("ends with the process that held it, however that ended", async () => {
    await withSessionLock(home, noWait, async () => {});
    const script = `
      const { DatabaseSync } = require("node:sqlite");
      new DatabaseSync(process.argv[1]).exec("BEGIN EXCLUSIVE");
      process.stdout.write("held");
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["-e", script, home.lock], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    await expect(withSessionLock(home, { ...noWait, seconds: 1 }, async () => {})).rejects.toThrow(
      LockedError,
    );
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(await withSessionLock(home, { ...noWait, seconds: 1 }, async () => "mine")).toBe("mine");
  });

  test("is let go of where the work fails", async () => {
    const fail = withSessionLock(home, noWait, async () => {
      throw new Error("no");
    });
    await expect(fail).rejects.toThrow("no");
    expect(await withSessionLock(home, { ...noWait, seconds: 1 }, async () => "mine")).toBe("mine");
  });

  test("is refused as a link or a folder, and told as unusable where it is something else", async () => {
    mkdirSync(home.folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(root, "other"), "");
    symlinkSync(join(root, "other"), home.lock);
    await expect(withSessionLock(home, noWait, async () => {})).rejects.toThrow(UnsafeFileError);
    rmSync(home.lock);
    writeFileSync(home.lock, "no database at all, but long enough to be looked at".repeat(100));
    await expect(withSessionLock(home, noWait, async () => {})).rejects.toThrow(
      /lock cannot be locked \(SQLite 26\)/,
    );
  });
});
