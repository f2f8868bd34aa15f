import fc from "fast-check";
import { encode } from "uqr";
import { describe, expect, test } from "vitest";
import { drawQrCode, groupSecret, hasColours, otpauthUri } from "../../../runbooks/sign-in/authenticator.ts";

const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW";

describe("what an authenticator app reads", () => {
  test("names who asks and whose codes they are", () => {
    expect(otpauthUri({ issuer: "Sekisho dev", account: "hanako@example.com", secret: SECRET })).toBe(
      `otpauth://totp/Sekisho%20dev:hanako%40example.com?secret=${SECRET}&issuer=Sekisho%20dev`,
    );
  });

  test("is an address with these names again, whatever they are", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(name, name, (issuer, account) => {
        const uri = new URL(otpauthUri({ issuer, account, secret: SECRET }));
        const [who, whose] = uri.pathname.split("/").at(-1)?.split(":") ?? [];
        const plain = [issuer, account].map((text) => text.replaceAll(":", " "));
        expect([who, whose].map((part) => decodeURIComponent(part ?? ""))).toEqual(plain);
        expect(uri.searchParams.get("issuer")).toBe(plain[0]);
        expect(uri.searchParams.get("secret")).toBe(SECRET);
      }),
    );
  });

  test("may be typed in groups of four", () => {
    expect(groupSecret("ABCDEFGHIJ")).toBe("ABCD EFGH IJ");
    expect(groupSecret(SECRET).replaceAll(" ", "")).toBe(SECRET);
  });
});

describe("the picture of it", () => {
  const uri = otpauthUri({ issuer: "Sekisho dev", account: "hanako@example.com", secret: SECRET });
  const modules = encode(uri, { ecc: "L", border: 2 }).data;

  /** The modules that lines of half blocks show, ink = dark. */
  function readLines(lines: readonly string[]): boolean[][] {
    return lines.flatMap((line) => {
      const cells = [...line];
      return ["▀█", "▄█"].map((inks) => cells.map((cell) => inks.includes(cell)));
    });
  }

  test("is dark on light by colours of its own, whatever the window's are", () => {
    const lines = drawQrCode(uri, { columns: 80, hasColours: true }) ?? [];
    const [begin, end] = ["\u001b[30;107m", "\u001b[0m"];
    for (const line of lines) expect([line.startsWith(begin), line.endsWith(end)]).toEqual([true, true]);
    const inks = lines.map((line) => line.slice(begin.length, -end.length));
    expect(readLines(inks).slice(0, modules.length)).toEqual(modules);
  });

  test("without colours is drawn by its light parts, for a dark window", () => {
    const lines = drawQrCode(uri, { columns: 80, hasColours: false }) ?? [];
    const drawn = readLines(lines).slice(0, modules.length);
    expect(drawn.map((row) => row.map((ink) => !ink))).toEqual(modules);
  });

  test("is not drawn where a line of it would be broken", () => {
    const size = modules.length;
    expect(drawQrCode(uri, { columns: size, hasColours: true })).toBeDefined();
    expect(drawQrCode(uri, { columns: size - 1, hasColours: true })).toBeUndefined();
    expect(size).toBeLessThanOrEqual(60);
  });

  test.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ TERM: "dumb" }, false],
  ])("uses colours by the environment %j: %s", (env, expected) => {
    expect(hasColours(env)).toBe(expected);
  });
});
