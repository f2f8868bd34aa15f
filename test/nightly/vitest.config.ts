import { defineConfig } from "vitest/config";

// What takes hours, and the suite only samples: `npm run sweep-reimport` and `npm run sweep-rotation`.
export default defineConfig({
  test: {
    include: ["test/nightly/**/*.nightly.ts"],
    root: new URL("../..", import.meta.url).pathname,
    maxWorkers: 2,
    bail: 1,
    testTimeout: 12 * 3_600_000,
    hookTimeout: 600_000,
  },
});
