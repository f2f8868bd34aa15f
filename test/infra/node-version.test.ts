import { describe, expect, test } from "vitest";
import { refuseOldNode } from "../../infra/node-version.ts";

describe("the Node that runs the program", () => {
  test.each(["18.20.8", "20.20.2", "21.7.3"])(
    "refuses %s with one sentence that says what to run",
    (version) => {
      expect(refuseOldNode(version)).toBe(
        `Node ${version} is too old for this program, which needs 22 or newer; ` +
          'run "npm run up -- --stack <stack>" instead of "pulumi up": it brings its own Node 24.',
      );
    },
  );

  test.each(["22.0.0", "24.21.0", "100.1.0"])("takes %s", (version) => {
    expect(refuseOldNode(version)).toBeUndefined();
  });
});
