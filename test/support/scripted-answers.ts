import { Readable } from "node:stream";

/** A request as an AWS client would have sent it. */
export interface SentRequest {
  /** The operation, where the service names it in a header. */
  operation: string;
  body: string;
}

export interface ScriptedAnswer {
  status?: number;
  /** Whether something between here and AWS answers: then it lacks what marks an answer of AWS. */
  isForeign?: boolean;
  /** The Date header. */
  date?: string;
  body: string;
}

/** Settings of an AWS client whose requests are answered here instead of by AWS, each once. */
export function answerRequests(answer: (request: SentRequest) => ScriptedAnswer) {
  return {
    region: "ap-northeast-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body?: string | Uint8Array }) => {
        const operation = (headers["x-amz-target"] ?? "").replace(/^.*\./, "");
        const text = typeof body === "string" ? body : new TextDecoder().decode(body);
        const { status = 200, isForeign = false, date, body: answered } = answer({ operation, body: text });
        const marks: Record<string, string> = {
          ...(!isForeign && { "x-amzn-requestid": "request-1" }),
          ...(date !== undefined && { date }),
        };
        return {
          response: { statusCode: status, headers: marks, body: Readable.from([Buffer.from(answered)]) },
        };
      },
    },
  };
}

/** A refusal as services with JSON protocols send it. */
export function refuseWith(name: string, status = 400): ScriptedAnswer {
  return { status, body: JSON.stringify({ __type: name, message: name }) };
}
