import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readS3Address, readS3Operation } from "../../local/gateway/s3-operation.ts";
import type { PolicyRequest } from "./policy-evaluator.ts";

export interface CallRecorder {
  /** Stands before the AWS it was started for. */
  url: string;
  /** Every call so far, as IAM would be asked about it; what S3 asks of KMS on behalf of the caller follows each. */
  requests: PolicyRequest[];
  close: () => Promise<void>;
}

export interface RecordedPlaces {
  account: string;
  /** The key of each bucket, by the bucket's name. */
  keys: Readonly<Record<string, string>>;
}

/** Hands every request on to `target` and notes down what right it takes. */
export async function startCallRecorder(target: string, places: RecordedPlaces): Promise<CallRecorder> {
  const requests: PolicyRequest[] = [];
  const server = createServer((incoming, response) => {
    const forward = async () => {
      const body = await buffer(incoming);
      requests.push(
        ...readRequests(
          {
            method: incoming.method ?? "",
            path: incoming.url ?? "",
            headers: incoming.headers,
            body: body.toString(),
          },
          places,
        ),
      );
      const { method, url = "/", headers } = incoming;
      const onward = sendRequest(new URL(url, target), { ...(method && { method }), headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", (error) => response.destroy(error));
      onward.end(body);
    };
    forward().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

function readRequests(seen: SeenRequest, places: RecordedPlaces): PolicyRequest[] {
  const [, , region = "", service = ""] =
    /Credential=([^,\s]+)/.exec(String(seen.headers.authorization))?.[1]?.split("/") ?? [];
  const arn = (of: string, resource: string) => `arn:aws:${of}:${region}:${places.account}:${resource}`;
  // Nobody needs a right to be told who they are, nor for an address that was signed by another.
  if (service === "" || service === "sts") return [];
  if (service === "s3") return readS3Requests(seen, region, places);
  if (service === "elasticloadbalancing") return [readBalancerRequest(seen)];
  const operation = String(seen.headers["x-amz-target"]).split(".").at(-1) ?? "";
  const input = JSON.parse(seen.body || "{}") as Record<string, string | undefined>;
  const resources: Record<string, string> = {
    "cognito-idp": arn("cognito-idp", `userpool/${input.UserPoolId}`),
    "cognito-identity": arn("cognito-identity", `identitypool/${input.IdentityPoolId}`),
    ssm: arn("ssm", `parameter${input.Path}`),
    logs: arn("logs", `log-group:${input.logGroupName}:log-stream:${input.logStreamName}`),
    // Secrets Manager puts six characters behind each name.
    secretsmanager: arn("secretsmanager", `secret:${input.SecretId}-AbCdEf`),
  };
  return [{ action: `${service}:${operation}`, resource: resources[service] ?? "unknown" }];
}

/** What is written is named by its ARN; what is read has none (Service Authorization Reference, Elastic Load Balancing V2). */
function readBalancerRequest({ body }: SeenRequest): PolicyRequest {
  const input = new URLSearchParams(body);
  const operation = input.get("Action") ?? "";
  const written = operation.startsWith("Describe")
    ? null
    : (input.get("RuleArn") ?? input.get("ListenerArn"));
  return { action: `elasticloadbalancing:${operation}`, resource: written ?? "*" };
}

/** The right that each operation takes (Amazon S3 API Reference, "Permissions" of each). */
const S3_RIGHTS: Readonly<Record<string, string>> = {
  ListObjectsV2: "s3:ListBucket",
  GetObject: "s3:GetObject",
  HeadObject: "s3:GetObject",
  PutObject: "s3:PutObject",
};

function readS3Requests(seen: SeenRequest, region: string, { keys }: RecordedPlaces): PolicyRequest[] {
  const operation = readS3Operation(seen.method, seen.path, seen.headers);
  const { bucket, key } = readS3Address(seen.path);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const call = {
    action: S3_RIGHTS[operation] ?? `s3:${operation}`,
    resource: key === "" ? bucketArn : `${bucketArn}/${key}`,
  };
  const context = {
    "kms:ViaService": `s3.${region}.amazonaws.com`,
    "kms:EncryptionContext:aws:s3:arn": bucketArn,
  };
  const ofKey = (action: string): PolicyRequest => ({ action, resource: keys[bucket] ?? "unknown", context });
  if (operation === "GetObject") return [call, ofKey("kms:Decrypt")];
  // With a bucket key S3 decrypts it to encrypt another object.
  if (operation === "PutObject") return [call, ofKey("kms:GenerateDataKey"), ofKey("kms:Decrypt")];
  return [call];
}
