import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resourceServers } from "../../../infra/clients/resource-servers.ts";

describe("resource servers", () => {
  test("are what the scopes of the clients name, each once", () => {
    expect(
      resourceServers([
        { scopes: ["api/write", "api/read"] },
        { scopes: ["openid", "email"] },
        { scopes: ["api/read", "https://files.example.com/v1/read"] },
      ]),
    ).toEqual([
      { identifier: "api", scopes: ["read", "write"] },
      { identifier: "https://files.example.com/v1", scopes: ["read"] },
    ]);
  });

  test("are none where no client asks for a scope of its own", () => {
    expect(resourceServers([{ scopes: ["openid"] }, { scopes: [] }])).toEqual([]);
  });

  test("lose no scope and invent none", () => {
    const scope = fc.tuple(fc.stringMatching(/^[a-z/:.]{1,12}$/), fc.stringMatching(/^[a-z.]{1,8}$/));
    fc.assert(
      fc.property(fc.array(scope), (pairs) => {
        const asked = pairs.map(([server, name]) => `${server}/${name}`);
        const made = resourceServers([{ scopes: asked }]).flatMap(({ identifier, scopes }) =>
          scopes.map((name) => `${identifier}/${name}`),
        );
        expect(made.sort()).toEqual([...new Set(asked)].sort());
      }),
    );
  });
});
