import { type IncomingHttpHeaders, request as startRequest } from "node:http";

/** What a plain HTTP client saw. */
export interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** How the exchange broke, as Node names it; undefined when the answer arrived whole. */
  broken?: string;
}

export interface RawRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request on a connection of its own, without any retry. Rejects when no answer began. */
export function send(
  url: string,
  { method = "POST", path = "/", headers = {}, body }: RawRequest,
): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = startRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      const seen = () => ({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: Buffer.concat(chunks),
      });
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve(seen()));
      answer.on("error", (error: NodeJS.ErrnoException) =>
        resolve({ ...seen(), broken: error.code ?? error.message }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The Authorization header of a signed request, as far as the gateway looks at it. */
export function signature(service: string, region = "ap-northeast-1"): string {
  return `AWS4-HMAC-SHA256 Credential=test/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=00`;
}

/** A signed call of Cognito user pools. */
export function userPoolsCall(operation: string, input: object, region?: string): RawRequest {
  return {
    headers: {
      authorization: signature("cognito-idp", region),
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  };
}
