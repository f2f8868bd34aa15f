import { describe, expect, test } from "vitest";
import { lookAtSecrets } from "../../../infra/functions/secret-age.ts";

const now = new Date("2026-11-21T12:00:00Z");
const created = new Date("2026-11-01T12:00:00Z");

async function look(
  environment: Record<string, string | undefined>,
): Promise<{ asked: string[]; lines: string[] }> {
  const asked: string[] = [];
  const lines: string[] = [];
  await lookAtSecrets({
    environment,
    listVersions: async (name) => {
      asked.push(name);
      return { name, versions: [{ stages: ["AWSCURRENT"], created }] };
    },
    now: () => now,
    write: (line) => lines.push(line),
  });
  return { asked, lines };
}

describe("the function that looks how old secrets are", () => {
  test("asks for each secret of the stack and writes one line", async () => {
    const { asked, lines } = await look({ STACK: "dev", SECRETS: '["a","b"]' });
    expect(asked).toEqual(["a", "b"]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ Stack: "dev", OldestClientSecretDays: 20 });
  });

  test.each([
    ["no stack", { SECRETS: "[]" }],
    ["no secrets", { STACK: "dev" }],
    ["secrets that are no list", { STACK: "dev", SECRETS: "web" }],
  ])("fails rather than saying that all is well when it is told of %s", async (_, environment) => {
    await expect(look(environment)).rejects.toThrow();
  });

  test("fails when a secret cannot be read, so that Lambda counts it", async () => {
    const failure = new Error("AccessDeniedException");
    await expect(
      lookAtSecrets({
        environment: { STACK: "dev", SECRETS: '["a"]' },
        listVersions: () => Promise.reject(failure),
        now: () => now,
        write: () => {
          throw new Error("nothing may be written");
        },
      }),
    ).rejects.toBe(failure);
  });
});
