import { AwsFault } from "../aws-fault.ts";
import type { FaultKind, FaultRule } from "../faults.ts";
import { type Answer, faultAnswer, written } from "./answers.ts";
import type { ServiceRequest } from "./service-request.ts";

/** The clock a fault may lie about, and the id the answer carries. */
export interface FaultContext {
  now: number;
  requestId: string;
}

const WITHHELD: readonly FaultKind[] = ["reset", "fin", "hang-before-headers", "stop-point"];

const SPOILED: readonly FaultKind[] = [
  "truncated-json",
  "cut-mid-body",
  "cut-chunked-body",
  "hang-mid-body",
  "drip",
  "bit-flip",
];

const REPLACED: readonly FaultKind[] = [
  "throttle",
  "429",
  "500",
  "502",
  "503",
  "504",
  "empty-200",
  "html-200",
  "access-denied",
  "expired-credentials",
  "clock-skew",
  "409",
  "412",
  "wrong-region-301",
  "expired-token",
];

/** Whether nothing comes back at all. */
export function isWithheld(kind: FaultKind): boolean {
  return WITHHELD.includes(kind);
}

/** Whether the service's own answer arrives, but damaged, late or never whole. */
export function isSpoiled(kind: FaultKind): boolean {
  return SPOILED.includes(kind);
}

/** Whether another answer comes back in place of the service's own. */
export function isReplaced(kind: FaultKind): boolean {
  return REPLACED.includes(kind);
}

/** The answer that stands in for the service's own; undefined for faults that spoil or withhold an answer. */
export function replaceAnswer(
  rule: FaultRule,
  request: Pick<ServiceRequest, "service" | "protocol">,
  { now, requestId }: FaultContext,
): Answer | undefined {
  const refuse = (code: string, status: number, message: string) =>
    faultAnswer(request.protocol, new AwsFault(code, message, { status }), requestId);
  const isS3 = request.service === "s3";

  switch (rule.kind) {
    case "throttle":
      return isS3
        ? refuse("SlowDown", 503, "Please reduce your request rate.")
        : refuse(throttlingCode(request), 400, "Rate exceeded");
    case "429":
      return refuse(throttlingCode(request), 429, "Too many requests");
    case "500":
      return refuse(isS3 ? "InternalError" : internalCode(request), 500, "We encountered an internal error.");
    case "502":
      return html(502, "Bad Gateway");
    case "503":
      return refuse("ServiceUnavailable", 503, "Service is unavailable.");
    case "504":
      return html(504, "Gateway Timeout");
    case "empty-200":
      return written(200, {}, "");
    case "html-200":
      return html(200, "Please sign in to the guest network");
    case "access-denied":
      return isJson(request)
        ? refuse("AccessDeniedException", 400, "User is not authorized to perform this operation.")
        : refuse("AccessDenied", 403, "Access Denied");
    case "expired-credentials":
      return isJson(request)
        ? refuse("ExpiredTokenException", 400, "The security token included in the request is expired")
        : refuse("ExpiredToken", isS3 ? 400 : 403, "The provided token has expired.");
    case "clock-skew":
      return atSkewedTime(
        isS3
          ? refuse(
              "RequestTimeTooSkewed",
              403,
              "The difference between the request time and the current time is too large.",
            )
          : refuse("InvalidSignatureException", 403, "Signature expired"),
        now + (rule.skewMs ?? 3_600_000),
      );
    case "409":
      return isS3
        ? refuse(
            "ConditionalRequestConflict",
            409,
            "A conflicting conditional operation is under way for this key.",
          )
        : refuse("ConcurrentModificationException", 409, "The resource is being changed by another request.");
    case "412":
      return refuse(
        "PreconditionFailed",
        412,
        "At least one of the pre-conditions you specified did not hold",
      );
    case "wrong-region-301":
      return redirectToRegion(
        refuse("PermanentRedirect", 301, "The bucket must be addressed in its own Region."),
      );
    case "expired-token":
      return refuse("InvalidParameterException", 400, "Pagination token has expired");
    default:
      return undefined;
  }
}

function isJson({ protocol }: Pick<ServiceRequest, "protocol">): boolean {
  return protocol === "json" || protocol === "rest-json";
}

function throttlingCode({ service, protocol }: Pick<ServiceRequest, "service" | "protocol">): string {
  if (service.startsWith("cognito-")) return "TooManyRequestsException";
  return protocol === "json" || protocol === "rest-json" ? "ThrottlingException" : "Throttling";
}

function internalCode({ service }: Pick<ServiceRequest, "service">): string {
  return service.startsWith("cognito-") ? "InternalErrorException" : "InternalFailure";
}

function html(status: number, title: string): Answer {
  const text = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  return written(status, { "content-type": "text/html" }, text);
}

function atSkewedTime(answer: Answer, time: number): Answer {
  return { ...answer, headers: { ...answer.headers, date: new Date(time).toUTCString() } };
}

function redirectToRegion(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, "x-amz-bucket-region": "us-west-2" } };
}
