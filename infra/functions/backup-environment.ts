import { z } from "zod";
import type { ScheduledOrder } from "../../runbooks/backup/scheduled-run.ts";
import { BadInputError } from "../../runbooks/runtime/errors.ts";

/** What the scheduled backup is told by its environment. */
export interface BackupEnvironment {
  stack: string;
  order: ScheduledOrder;
  /** What ends the run where nothing else does. */
  longestSeconds: number;
}

/** The variables, for whoever declares what runs. */
export function writeOrder({ stack, order, longestSeconds }: BackupEnvironment): Record<string, string> {
  return {
    SEKISHO_STACK: stack,
    SEKISHO_QUOTA_SHARE: String(order.share),
    SEKISHO_COPY_WAIT_SECONDS: String(order.copyWaitSeconds),
    SEKISHO_LONGEST_COPY_AGE_HOURS: String(order.longestCopyAgeHours),
    SEKISHO_LONGEST_SECONDS: String(longestSeconds),
  };
}

const environment = z.object({
  SEKISHO_STACK: z.string().min(1),
  SEKISHO_QUOTA_SHARE: z.coerce.number().min(0.1).max(1),
  SEKISHO_COPY_WAIT_SECONDS: z.coerce.number().int().nonnegative(),
  SEKISHO_LONGEST_COPY_AGE_HOURS: z.coerce.number().positive(),
  SEKISHO_LONGEST_SECONDS: z.coerce.number().positive(),
});

/** Reads them back. Throws `BadInputError` where the deployment that wrote them is not of this version. */
export function readOrder(variables: Readonly<Record<string, string | undefined>>): BackupEnvironment {
  const { data: read, error } = environment.safeParse(variables);
  if (!read) {
    const faults = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
    throw new BadInputError(`The environment is not what this version writes: ${faults}.`, {
      remedy: "Deploy the stack again.",
    });
  }
  return {
    stack: read.SEKISHO_STACK,
    order: {
      share: read.SEKISHO_QUOTA_SHARE,
      copyWaitSeconds: read.SEKISHO_COPY_WAIT_SECONDS,
      longestCopyAgeHours: read.SEKISHO_LONGEST_COPY_AGE_HOURS,
    },
    longestSeconds: read.SEKISHO_LONGEST_SECONDS,
  };
}
