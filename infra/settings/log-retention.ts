import { z } from "zod";
import { expecting } from "./schema.ts";

/** What CloudWatch Logs takes as retention (API reference, PutRetentionPolicy). */
const RETENTION_DAYS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
  ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** How many days a log group keeps its entries. */
export function logRetention() {
  const error = expecting(`a retention that CloudWatch Logs has: ${RETENTION_DAYS.join(", ")}`);
  return z.number({ error }).refine((days) => RETENTION_DAYS.includes(days), { error });
}
