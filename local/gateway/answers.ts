import type { OutgoingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { AwsFault } from "../aws-fault.ts";
import { escapeXml, writeQueryResult } from "./query-protocol.ts";
import type { Protocol } from "./service-request.ts";

/** What goes back over HTTP. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer | Readable;
}

/** An answer in AWS JSON 1.1, the protocol of Cognito, SSM, Secrets Manager, KMS and CloudWatch Logs. */
export function jsonAnswer(output: unknown): Answer {
  return written(200, { "content-type": "application/x-amz-json-1.1" }, JSON.stringify(output));
}

/** An answer in REST JSON, the protocol of SES v2. */
export function restJsonAnswer(output: object): Answer {
  return written(200, { "content-type": "application/json" }, JSON.stringify(output));
}

/** An answer in the query protocol of Elastic Load Balancing and SNS. */
export function queryAnswer(service: string, operation: string, output: object, requestId: string): Answer {
  const namespace = QUERY_NAMESPACES[service] ?? "http://webservices.amazon.com/doc/2010-05-08/";
  const body =
    `<${operation}Response xmlns="${namespace}"><${operation}Result>${writeQueryResult(output)}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return written(200, { "content-type": "text/xml" }, body);
}

const QUERY_NAMESPACES: Readonly<Record<string, string>> = {
  elasticloadbalancing: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
};

/** A refusal as the service's protocol writes it. */
export function faultAnswer(
  protocol: Protocol,
  { code, status, message }: AwsFault,
  requestId: string,
): Answer {
  switch (protocol) {
    case "json":
      return written(
        status,
        { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
        JSON.stringify({ __type: code, message }),
      );
    case "rest-json":
      return written(
        status,
        { "content-type": "application/json", "x-amzn-errortype": code },
        JSON.stringify({ message }),
      );
    case "query":
      return written(
        status,
        { "content-type": "text/xml" },
        `<ErrorResponse><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${code}</Code>` +
          `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    case "rest-xml":
      return written(
        status,
        { "content-type": "application/xml" },
        `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>` +
          `<Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      );
  }
}

/** An answer from a text; its length is stated, so that a connection that breaks is noticed. */
export function written(status: number, headers: OutgoingHttpHeaders, text: string): Answer {
  return { status, headers, body: Buffer.from(text, "utf8") };
}
