import { JsonRefusal, type JsonService } from "./json-service.ts";

/** Log groups by name, their streams by name, and the messages of each, oldest first. Tests read and alter them directly. */
export type Logs = Map<string, Map<string, string[]>>;

/** Limits of one PutLogEvents (API reference): events, and bytes counting 26 more for each event. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;

/** Smaller than AWS's, so that a log of any length has several pages. */
const PAGE = 100;

/** CloudWatch Logs as far as runbooks and import jobs use it; every message has the time 0. */
export function logService(logs: Logs): JsonService {
  return (operation, input) => {
    const group = String(input.logGroupName);
    const stream = String(input.logStreamName);
    switch (operation) {
      case "CreateLogGroup":
        if (logs.has(group)) throw new JsonRefusal("ResourceAlreadyExistsException");
        logs.set(group, new Map());
        return {};
      case "CreateLogStream": {
        const streams = requireGroup(logs, group);
        if (streams.has(stream)) throw new JsonRefusal("ResourceAlreadyExistsException");
        streams.set(stream, []);
        return {};
      }
      case "PutLogEvents":
        requireStream(logs, group, stream).push(...readMessages(input.logEvents));
        return { nextSequenceToken: "0" };
      case "GetLogEvents":
        return readPage(requireStream(logs, group, stream), input);
      case "DescribeLogGroups":
        return {
          logGroups: namesBelow(logs, input.logGroupNamePrefix).map((logGroupName) => ({ logGroupName })),
        };
      case "DescribeLogStreams":
        return {
          logStreams: namesBelow(requireGroup(logs, group), input.logStreamNamePrefix).map(
            (logStreamName) => ({ logStreamName }),
          ),
        };
      default:
        throw new JsonRefusal("UnknownOperationException", `no ${operation} here`);
    }
  };
}

function requireGroup(logs: Logs, group: string): Map<string, string[]> {
  const streams = logs.get(group);
  if (streams === undefined) {
    throw new JsonRefusal("ResourceNotFoundException", "The specified log group does not exist.");
  }
  return streams;
}

function requireStream(logs: Logs, group: string, stream: string): string[] {
  const messages = requireGroup(logs, group).get(stream);
  if (messages === undefined) {
    throw new JsonRefusal("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  return messages;
}

function readMessages(events: unknown): string[] {
  if (!Array.isArray(events) || events.length === 0 || events.length > MOST_EVENTS) {
    throw new JsonRefusal("InvalidParameterException", "logEvents must have 1 to 10,000 members.");
  }
  const messages = events.map((event: { message: string }) => event.message);
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message) + EVENT_OVERHEAD, 0);
  if (bytes > MOST_BYTES)
    throw new JsonRefusal("InvalidParameterException", "Upload too large: over 1,048,576 bytes.");
  return messages;
}

/**
 * "If you have reached the end of the stream, it returns the same token you passed in"; without a token, the newest
 * messages, or with startFromHead the oldest (GetLogEvents, API reference).
 */
function readPage(messages: readonly string[], input: Record<string, unknown>): object {
  const limit = Math.min(Number(input.limit ?? PAGE), PAGE);
  const [direction, place] = String(input.nextToken ?? "").split("/");
  const isBackward = direction === "b" || (direction === "" && input.startFromHead !== true);
  const edge = place === undefined ? (isBackward ? messages.length : 0) : Number(place);
  const from = isBackward ? Math.max(0, edge - limit) : edge;
  const to = isBackward ? edge : Math.min(messages.length, edge + limit);
  return {
    events: messages.slice(from, to).map((message) => ({ message, timestamp: 0, ingestionTime: 0 })),
    nextForwardToken: `f/${to}`,
    nextBackwardToken: `b/${from}`,
  };
}

function namesBelow(named: ReadonlyMap<string, unknown>, prefix: unknown): string[] {
  return [...named.keys()].filter((name) => name.startsWith(String(prefix ?? ""))).sort();
}
