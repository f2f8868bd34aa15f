import { REGION, REGION_NAME } from "../outputs/outputs.ts";
import { text, textThat } from "./schema.ts";

/** A Region's code, such as ap-northeast-1. */
export function regionName() {
  return text(REGION_NAME, "a Region such as ap-northeast-1");
}

/** A name that becomes part of resource names, parameter paths and secret names. */
export const SHORT_NAME = /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/;
export const SHORT_NAME_WORDS =
  "1 to 32 lower-case letters, digits and hyphens, a letter first and no hyphen last";

/** A host name without wildcards. ALB compares at most 128 characters (Application Load Balancers, Condition types). */
export function hostName() {
  return textThat(isHostName, "a host name in lower case, without https:// and path");
}

/** A domain name in lower case. */
export function domainName() {
  return textThat(isHostName, "a domain name in lower case, such as example.com");
}

/**
 * An address that a browser may be sent to. Cognito takes only https, and no fragment (API reference,
 * CreateUserPoolClient).
 */
export function httpsUrl() {
  return textThat(isHttpsUrl, "an https:// address with a host name in lower case and without a #fragment");
}

/** A bare e-mail address. */
export function mailAddress() {
  return textThat(isMailAddress, "an e-mail address such as support@example.com");
}

/** The hosted zone of a domain in Route 53. */
export function hostedZoneId() {
  return text(/^Z[A-Z0-9]{1,31}$/, "the id of a Route 53 hosted zone such as Z0123456789ABC");
}

export function listenerArn() {
  return arn("elasticloadbalancing", "listener/app/[\\w-]+/[0-9a-f]+/[0-9a-f]+", "a listener of an ALB");
}

export function targetGroupArn() {
  return arn("elasticloadbalancing", "targetgroup/[\\w-]+/[0-9a-f]+", "a target group");
}

export function certificateArn() {
  return arn("acm", "certificate/[\\w-]+", "a certificate in ACM");
}

/** A domain or an address that SES knows. */
export function sesIdentityArn() {
  return arn("ses", "identity/[^\\s/]+", "an identity in Amazon SES");
}

/** The Region that an ARN names. */
export function regionOfArn(value: string): string {
  return value.split(":")[3] ?? "";
}

export function isHostName(value: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
  const labels = value.split(".");
  return value.length <= 128 && labels.length >= 2 && labels.every((part) => label.test(part));
}

export function isMailAddress(value: string): boolean {
  const at = value.lastIndexOf("@");
  const local = value.slice(0, at);
  return at > 0 && /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}$/.test(local) && isHostName(value.slice(at + 1));
}

function isHttpsUrl(value: string): boolean {
  if (value.length > 1024 || !URL.canParse(value)) return false;
  const { protocol, hostname, hash, username } = new URL(value);
  return (
    protocol === "https:" &&
    hash === "" &&
    username === "" &&
    isHostName(hostname) &&
    value.startsWith(`https://${hostname}`)
  );
}

function arn(service: string, resource: string, what: string) {
  return text(new RegExp(`^arn:aws[a-z-]*:${service}:${REGION}:\\d{12}:${resource}$`), `the ARN of ${what}`);
}
