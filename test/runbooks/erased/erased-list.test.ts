import { createSecretKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createErasedCheck,
  formatErasedEntry,
  type KnownUser,
  parseErasedKey,
  parseErasedList,
} from "../../../runbooks/erased/erased-list.ts";

const KEY = createSecretKey(Buffer.alloc(32, 7));
const OTHER_KEY = createSecretKey(Buffer.alloc(32, 8));
const HEADER = '{"kind":"erased-list","version":1}\n';
const ERASED_AT = new Date("2026-11-21T03:00:00.000Z");
const BEFORE = "2026-01-02T03:04:05.678Z";
const LATER = "2026-11-21T03:00:00.001Z";

const ALICE = { sub: "5f0c8e1a-0000-4000-8000-000000000001", email: "alice@example.com" };

/** Whether the user counts as erased by a list of these people, all erased at the same moment. */
function isErased(
  user: KnownUser,
  people: readonly { sub: string; email?: string; erasedAt?: Date }[],
): boolean {
  const entries = people.map((person) => formatErasedEntry({ erasedAt: ERASED_AT, ...person }, KEY));
  return createErasedCheck(parseErasedList(HEADER + entries.join(""), KEY), KEY)(user);
}

const sub = fc.uuid();
const address = fc.emailAddress();

describe("an entry of the erased list", () => {
  it("is one line without anything that names the person", () => {
    // The marks were made with `openssl dgst -sha256 -mac HMAC`: the format is no secret of this program.
    expect(formatErasedEntry({ ...ALICE, erasedAt: ERASED_AT }, KEY)).toBe(
      '{"kind":"erased","keyId":"4161582bdc529ce0","sub":"0d30a7133998ecb3a8d8ee539e7b7d717b7bb25b8faaf4d7911aa734cb1f4713","email":"8d8355f7673347b893f835a84a21378eca5abc98e1a37ef3541d77a03455de30","erasedAt":"2026-11-21T03:00:00.000Z"}\n',
    );
  });

  it.each([undefined, "", " "])("has no address where the user has none: %j", (email) => {
    const entry = JSON.parse(formatErasedEntry({ sub: ALICE.sub, email, erasedAt: ERASED_AT }, KEY));
    expect(Object.keys(entry)).toEqual(["kind", "keyId", "sub", "erasedAt"]);
  });
});

describe("somebody who was erased", () => {
  it("is recognised by the sub, with whatever address and whenever created", () => {
    expect(isErased({ sub: ALICE.sub, email: "new@example.com", created: LATER }, [ALICE])).toBe(true);
    expect(isErased({ sub: ALICE.sub, created: BEFORE }, [ALICE])).toBe(true);
  });

  it.each<[string, boolean]>([
    [BEFORE, true],
    ["2026-11-21T02:59:59.999Z", true],
    [ERASED_AT.toISOString(), false],
    [LATER, false],
  ])("is recognised by the address when created before that: %s is %s", (created, expected) => {
    expect(isErased({ sub: "another", email: ALICE.email, created }, [ALICE])).toBe(expected);
  });

  it("is recognised by the address as of the last time it was erased", () => {
    const twice = [ALICE, { ...ALICE, sub: "second", erasedAt: new Date("2026-12-01T00:00:00Z") }];
    expect(isErased({ sub: "another", email: ALICE.email, created: LATER }, twice)).toBe(true);
    expect(isErased({ sub: "another", email: ALICE.email, created: LATER }, twice.toReversed())).toBe(true);
  });

  it.each([
    ["upper case", "ALICE@EXAMPLE.COM"],
    ["blanks around", " alice@example.com\n"],
    ["mixed case", "Alice@Example.Com"],
  ])("is recognised by the address in %s", (_, email) => {
    expect(isErased({ sub: "another", email, created: BEFORE }, [ALICE])).toBe(true);
  });

  it("is recognised by the address in any case and Unicode form", () => {
    const letters = fc.string({
      unit: fc.constantFrom("a", "Z", "é", "Ü", "が", "パ", "한", "ǰ", "1", "."),
      minLength: 1,
    });
    const form = fc.constantFrom("NFC", "NFD");
    fc.assert(
      fc.property(letters, form, form, fc.boolean(), (name, listed, asked, isUpper) => {
        const email = `${name}@example.com`;
        const variant = (isUpper ? email.toUpperCase() : email).normalize(asked);
        const person = { sub: "erased", email: email.normalize(listed) };
        return isErased({ sub: "another", email: variant, created: BEFORE }, [person]);
      }),
    );
  });

  it("is the only one recognised: nobody else who was there is", () => {
    const people = fc.uniqueArray(fc.record({ sub, email: address }), {
      selector: ({ sub }) => sub,
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(people, fc.integer({ min: 0, max: 20 }), (everybody, count) => {
        const erased = everybody.slice(0, count);
        const subs = new Set(erased.map((person) => person.sub));
        const addresses = new Set(erased.map(({ email }) => email.toLowerCase()));
        for (const { sub, email } of everybody) {
          const expected = subs.has(sub) || addresses.has(email.toLowerCase());
          expect(isErased({ sub, email, created: BEFORE }, erased)).toBe(expected);
          expect(isErased({ sub, created: BEFORE }, erased)).toBe(subs.has(sub));
        }
      }),
    );
  });

  it("is never taken for somebody whose sub is that address, or the other way round", () => {
    expect(isErased({ sub: ALICE.email, email: ALICE.sub, created: BEFORE }, [ALICE])).toBe(false);
  });

  it.each([undefined, "", " "])("is nobody with the address %j because of somebody without one", (email) => {
    expect(isErased({ sub: "another", email, created: BEFORE }, [{ sub: "erased", email: "" }])).toBe(false);
  });

  it("is found among a thousand in a hundred thousand, and nobody with them", () => {
    const person = (number: number) => ({ sub: `sub-${number}`, email: `user-${number}@example.com` });
    const text = Array.from({ length: 1_000 }, (_, number) =>
      formatErasedEntry({ ...person(number * 100), erasedAt: ERASED_AT }, KEY),
    );
    const check = createErasedCheck(parseErasedList(HEADER + text.join(""), KEY), KEY);
    const found = Array.from({ length: 100_000 }, (_, number) => number).filter((number) =>
      check({ ...person(number), created: BEFORE }),
    );
    expect([found.length, found.every((number) => number % 100 === 0)]).toEqual([1_000, true]);
  });
});

describe("an erased list", () => {
  const entry = formatErasedEntry({ ...ALICE, erasedAt: ERASED_AT }, KEY);
  const change = (part: object) => `${JSON.stringify({ ...JSON.parse(entry), ...part })}\n`;

  it("of nobody is its header", () => {
    const list = parseErasedList(HEADER, KEY);
    expect(list).toEqual([]);
    expect(createErasedCheck(list, KEY)({ ...ALICE, created: BEFORE })).toBe(false);
  });

  it("comes back as it was written", () => {
    const person = fc.record({ sub, email: fc.option(address, { nil: undefined }), erasedAt: moment() });
    fc.assert(
      fc.property(fc.array(person), (people) => {
        const lines = people.map((one) => formatErasedEntry(one, KEY));
        const read = parseErasedList(HEADER + lines.join(""), KEY);
        expect(read.map((one) => `${JSON.stringify(one)}\n`)).toEqual(lines);
      }),
    );
  });

  it.each<[string, string, string]>([
    ["is empty", "", "Line 1 of the erased list is not JSON."],
    ["lacks its header", entry, "The erased list does not begin with its header."],
    [
      "has a header of something else",
      '{"kind":"end","records":1}\n',
      "The erased list does not begin with its header.",
    ],
    [
      "has a version that is none",
      '{"kind":"erased-list","version":0}\n',
      "The erased list does not begin with its header.",
    ],
    ["begins with a byte order mark", `\ufeff${HEADER}`, "Line 1 of the erased list is not JSON."],
    ["is a web page", "<html>\n</html>\n", "Line 1 of the erased list is not JSON."],
    ["lacks its last line feed", HEADER + entry.trimEnd(), "The erased list is cut off in its last line."],
    ["is cut off in an entry", HEADER + entry.slice(0, 50), "The erased list is cut off in its last line."],
    ["has a line that is no JSON", `${HEADER}${entry}{"kind":\n`, "Line 3 of the erased list is not JSON."],
    ["has an empty line", `${HEADER}\n${entry}`, "Line 2 of the erased list is not JSON."],
    [
      "has lines that end with CR LF",
      `${HEADER.trimEnd()}\r\n\r\n`,
      "Line 2 of the erased list is not JSON.",
    ],
    [
      "has a sub that is none",
      HEADER + change({ sub: "AB" }),
      'Line 2 of the erased list is wrong at "sub": Invalid string: must match pattern /^[0-9a-f]{64}$/.',
    ],
    [
      "has an address in clear",
      HEADER + change({ email: "alice@example.com" }),
      'Line 2 of the erased list is wrong at "email": Invalid string: must match pattern /^[0-9a-f]{64}$/.',
    ],
    [
      "has a moment that is none",
      HEADER + change({ erasedAt: "yesterday" }),
      'Line 2 of the erased list is wrong at "erasedAt": Invalid ISO datetime.',
    ],
    [
      "has a second header",
      HEADER + HEADER,
      'Line 2 of the erased list is wrong at "kind": Invalid input: expected "erased".',
    ],
    [
      "has an entry with more in it",
      HEADER + change({ name: "Alice" }),
      'Line 2 of the erased list is wrong at "": Unrecognized key: "name".',
    ],
  ])("that %s is refused with 13", (_, text, message) => {
    expect(refusalOf(() => parseErasedList(text, KEY))).toEqual({
      exitCode: 13,
      message,
      remedy: "Bring an earlier version of the object back.",
    });
  });

  it("of a newer version is refused with 2, whatever it looks like", () => {
    expect(refusalOf(() => parseErasedList('{"kind":"erased-list","version":2,"by":"x"}\nx\n', KEY))).toEqual(
      {
        exitCode: 2,
        message: "The erased list has format version 2; this command reads up to 1.",
        remedy: "Use the version of the project that wrote it, or a newer one.",
      },
    );
  });

  it("with one entry under another key is refused with 13: that person would come back", () => {
    const foreign = formatErasedEntry({ ...ALICE, erasedAt: ERASED_AT }, OTHER_KEY);
    expect(refusalOf(() => parseErasedList(HEADER + entry + foreign, KEY))).toEqual({
      exitCode: 13,
      message: `Line 3 of the erased list was written with another key (${JSON.parse(foreign).keyId}): nobody in it is known.`,
      remedy: "Put the secret's earlier value back.",
    });
  });
});

describe("the key of the erased list", () => {
  it("is what its secret holds in base64", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const text = JSON.stringify({ key: Buffer.from(bytes).toString("base64") });
        expect(parseErasedKey(text).export()).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ["empty", ""],
    ["no JSON", "not JSON"],
    ["a string", '"x"'],
    ["without a key", "{}"],
    ["of 31 bytes", JSON.stringify({ key: Buffer.alloc(31).toString("base64") })],
    ["of 33 bytes", JSON.stringify({ key: Buffer.alloc(33).toString("base64") })],
    ["in hexadecimal digits", JSON.stringify({ key: Buffer.alloc(32).toString("hex") })],
    ["in base64url", JSON.stringify({ key: `${"_".repeat(43)}=` })],
  ])("is refused with 13 where the secret is %s, and the secret is not shown", (_, text) => {
    expect(refusalOf(() => parseErasedKey(text))).toEqual({
      exitCode: 13,
      message: "The secret of the erased list holds no key of 32 bytes.",
      remedy: "Put the secret's earlier value back.",
    });
  });
});

function moment() {
  return fc.date({ noInvalidDate: true, min: new Date("2000-01-01"), max: new Date("2100-01-01") });
}

function refusalOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    const { exitCode, message, remedy } = error as { exitCode: number; message: string; remedy: string };
    return { exitCode, message, remedy };
  }
}
