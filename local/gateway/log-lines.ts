import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceAlreadyExistsException,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogLines } from "../cognito/partners.ts";

/** Limits of one PutLogEvents (API reference): events, and bytes counting 26 more for each event. */
const BATCH = { events: 10_000, bytes: 1_048_576, overhead: 26 };

/** Appends lines to a stream, making group and stream where they are missing; as many calls as PutLogEvents allows. */
export async function writeLogLines(
  client: CloudWatchLogsClient,
  { logGroup: logGroupName, logStream: logStreamName, lines, at }: LogLines,
): Promise<void> {
  await existing(client.send(new CreateLogGroupCommand({ logGroupName })));
  await existing(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })));
  for (const batch of cutIntoBatches(lines)) {
    const logEvents = batch.map((message) => ({ message, timestamp: at }));
    await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  }
}

/** Lines in the order they came, in batches that PutLogEvents takes. */
export function cutIntoBatches(lines: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const size = Buffer.byteLength(line) + BATCH.overhead;
    const current = batches.at(-1);
    if (current === undefined || current.length === BATCH.events || bytes + size > BATCH.bytes) {
      batches.push([line]);
      bytes = size;
    } else {
      current.push(line);
      bytes += size;
    }
  }
  return batches;
}

async function existing(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
}
