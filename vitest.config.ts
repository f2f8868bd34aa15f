import { defineConfig } from "vitest/config";

const report = process.env.SEKISHO_TEST_REPORT;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Two workers for two cores: the local world's own processes need the rest.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // For continuous integration: the counts, where a script can read them.
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
