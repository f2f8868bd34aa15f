import { describe, expect, test } from "vitest";
import { ACCESS_LOG_COLUMNS, ACCESS_LOG_PATTERN } from "../../../infra/audit/access-log-format.ts";

/** A line as a row of the table, by name of the column; undefined when the pattern does not take the whole line. */
function parseLine(line: string): Record<string, string | undefined> | undefined {
  const match = new RegExp(`^(?:${ACCESS_LOG_PATTERN})$`).exec(line);
  if (!match) return undefined;
  return Object.fromEntries(ACCESS_LOG_COLUMNS.map(({ name }, place) => [name, match[place + 1]]));
}

const TARGETS = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067";
const TID = "TID_1234abcd5678ef90";

// The examples of "Access log entries" (Application Load Balancers), each a kind of request of its own.
const HTTP =
  "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 " +
  '0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - ' +
  `${TARGETS} "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" ` +
  `"10.0.0.1:80" "200" "-" "-" ${TID}`;
const HTTPS =
  "https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 " +
  '0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ' +
  `ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ${TARGETS} "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" ` +
  '"arn:aws:acm:us-east-2:123456789012:certificate/12345678-1234-1234-1234-123456789012" 1 ' +
  `2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" ${TID}`;
const WEB_SOCKET =
  "wss 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.0.140:44244 10.0.0.171:8010 " +
  '0.000 0.001 0.000 101 101 218 786 "GET https://10.0.0.30:443/ HTTP/1.1" "-" ECDHE-RSA-AES128-GCM-SHA256 ' +
  `TLSv1.2 ${TARGETS} "Root=1-58337364-23a8c76965a2ef7629b185e3" "-" "-" 1 2018-07-02T22:22:48.364000Z "forward" ` +
  `"-" "-" "10.0.0.171:8010" "101" "-" "-" ${TID}`;
const LAMBDA_FAILURE =
  "http 2018-11-30T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 - " +
  '0.000 0.001 0.000 502 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - ' +
  `${TARGETS} "Root=1-58337364-23a8c76965a2ef7629b185e3" "-" "-" 0 2018-11-30T22:22:48.364000Z "forward" "-" ` +
  `"LambdaInvalidResponse" "-" "-" "-" "-" ${TID}`;

describe("a line of the load balancer's access log", () => {
  test("has exactly one group for each column: with one more or less Athena shows rows of nothing", () => {
    const groups = new RegExp(`${ACCESS_LOG_PATTERN}|`).exec("")?.length;
    expect(groups).toBe(ACCESS_LOG_COLUMNS.length + 1);
    expect(new Set(ACCESS_LOG_COLUMNS.map(({ name }) => name)).size).toBe(ACCESS_LOG_COLUMNS.length);
  });

  test("says who asked for what, and what came of it", () => {
    expect(parseLine(HTTPS)).toMatchObject({
      type: "https",
      time: "2018-07-02T22:23:00.186641Z",
      client_ip: "192.168.131.39",
      client_port: "2817",
      target_ip: "10.0.0.1",
      target_port: "80",
      response_processing_time: "0.037",
      elb_status_code: "200",
      sent_bytes: "57",
      request_verb: "GET",
      request_url: "https://www.example.com:443/",
      request_proto: "HTTP/1.1",
      ssl_protocol: "TLSv1.2",
      domain_name: "www.example.com",
      matched_rule_priority: "1",
      request_creation_time: "2018-07-02T22:22:48.364000Z",
      actions_executed: "authenticate,forward",
      target_status_code_list: "200",
      conn_trace_id: TID,
      transformed_host: undefined,
    });
  });

  test.each([
    ["a plain request", HTTP, { user_agent: "curl/7.46.0", ssl_cipher: "-" }],
    ["a web socket", WEB_SOCKET, { type: "wss", elb_status_code: "101", user_agent: "-" }],
    [
      "a request that reached no target",
      LAMBDA_FAILURE,
      { target_ip: "", target_port: "", target_status_code: "-", error_reason: "LambdaInvalidResponse" },
    ],
    [
      "an address of version 6",
      HTTP.replace("192.168.131.39:2817", "2001:db8:1234::7:2817"),
      { client_ip: "2001:db8:1234::7", client_port: "2817" },
    ],
    [
      "a sign-in that failed",
      HTTPS.replace(" 200 200 0 57", " 401 - 0 57").replace('"-" "-" "10', '"-" "AuthInvalidStateParam" "10'),
      { elb_status_code: "401", error_reason: "AuthInvalidStateParam" },
    ],
    [
      "a broken request",
      HTTP.replace("GET http://www.example.com:80/ HTTP/1.1", "- http://my-loadbalancer:80- "),
      { request_verb: "-", request_url: "http://my-loadbalancer:80-", request_proto: "" },
    ],
    [
      "an address with spaces",
      HTTP.replace("http://www.example.com:80/", "http://www.example.com:80/a b c"),
      { request_url: "http://www.example.com:80/a b c", request_proto: "HTTP/1.1" },
    ],
    [
      "a request whose host was rewritten",
      `${HTTP} "app.internal" "/new" "TransformSuccess"`,
      {
        transformed_host: "app.internal",
        transformed_uri: "/new",
        request_transform_status: "TransformSuccess",
      },
    ],
    [
      "fields that AWS has appended since",
      `${HTTP} "-" "-" "-" "203.0.113.9" "whatever comes"`,
      { conn_trace_id: TID, request_transform_status: "-" },
    ],
    [
      "a rewriting whose fields have no quotes",
      `${HTTP} - /new TransformSuccess`,
      { transformed_host: "-", transformed_uri: "/new", request_transform_status: "TransformSuccess" },
    ],
    ["a line from before connections had ids", HTTP.replace(` ${TID}`, ""), { conn_trace_id: undefined }],
  ])("is understood: %s", (_, line, columns) => {
    expect(parseLine(line)).toMatchObject(columns);
  });

  test.each([
    ["cut short", HTTP.slice(0, 300)],
    [
      "of a connection log",
      "2023-10-04T17:05:15.514108Z 203.0.113.1 36280 443 TLSv1.2 - - - - Failed:x TID_1",
    ],
  ])("is nothing rather than something wrong when it is %s", (_, line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});
