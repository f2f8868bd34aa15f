import { z } from "zod";
import type { ExitCode } from "../../runbooks/runtime/errors.ts";

/** What a world is started with; sent once, as the first message. */
export const startShape = z.strictObject({
  projectDir: z.string(),
  region: z.string(),
  account: z.string(),
  port: z.number().optional(),
  ministackEndpoint: z.string().optional(),
  quotas: z
    .strictObject({ isEnforced: z.boolean(), rates: z.record(z.string(), z.number()).optional() })
    .optional(),
});

export type StartOrder = z.output<typeof startShape>;

/** From the one who started the world. */
export const orderShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("start"), start: startShape }),
  /** Outlive the one who started you. */
  z.strictObject({ kind: z.literal("stay") }),
]);

export type Order = z.output<typeof orderShape>;

/** From the world. */
export const reportShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("progress"), line: z.string() }),
  z.strictObject({
    kind: z.literal("ready"),
    world: z.strictObject({ url: z.string(), region: z.string(), account: z.string(), pid: z.number() }),
  }),
  z.strictObject({ kind: z.literal("staying") }),
  z.strictObject({
    kind: z.literal("failed"),
    message: z.string(),
    remedy: z.string(),
    exitCode: z.custom<ExitCode>(),
  }),
]);

export type Report = z.output<typeof reportShape>;
