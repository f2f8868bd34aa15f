import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import type { QueryValue } from "../gateway/query-protocol.ts";

const attributeRules = {
  MonthlySpendLimit: { pattern: /^\d*$/, says: "a whole number of USD" },
  DeliveryStatusIAMRole: {
    pattern: /^(|arn:aws[a-z-]*:iam::\d{12}:role\/.+)$/,
    says: "the ARN of an IAM role",
  },
  DeliveryStatusSuccessSamplingRate: { pattern: /^(|\d{1,2}|100)$/, says: "a whole number from 0 to 100" },
  DefaultSenderID: {
    pattern: /^(|(?=.*[A-Za-z])[A-Za-z0-9]{1,11})$/,
    says: "1 to 11 letters and digits with at least one letter",
  },
  DefaultSMSType: { pattern: /^(|Promotional|Transactional)$/, says: "Promotional or Transactional" },
  UsageReportS3Bucket: { pattern: /^(|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/, says: "the name of an S3 bucket" },
} as const;

type AttributeName = keyof typeof attributeRules;

/**
 * The SMS settings of one account and Region: set key by key, "" takes a key away again (Amazon SNS API reference,
 * SetSMSAttributes). A spend limit above the account's quota is taken: it stops deliveries, not this call (Amazon SNS
 * Developer Guide, Setting SMS messaging preferences).
 */
export class SmsAttributes {
  readonly #attributes = new Map<AttributeName, string>();
  /** A new account may send to verified numbers only (Amazon SNS Developer Guide, Using the SMS sandbox). */
  isInSandbox = true;

  /** Answers an operation; undefined when it is none about SMS settings. */
  handle(operation: string, input: Record<string, QueryValue>): object | undefined {
    switch (operation) {
      case "SetSMSAttributes":
        return this.#set(input);
      case "GetSMSAttributes":
        return this.#get(input);
      case "GetSMSSandboxAccountStatus":
        return { IsInSandbox: this.isInSandbox };
      default:
        return undefined;
    }
  }

  #set(input: Record<string, QueryValue>): object {
    const { attributes } = z
      .object({ attributes: z.record(z.string(), z.string()).default({}) })
      .parse(input);
    const changes = Object.entries(attributes).map(([name, value]) => this.#check(name, value));
    for (const [name, value] of changes) {
      if (value === "") this.#attributes.delete(name);
      else this.#attributes.set(name, value);
    }
    return {};
  }

  #check(name: string, value: string): [AttributeName, string] {
    if (!isAttributeName(name)) throw invalid(`${name} is not a valid attribute`);
    const { pattern, says } = attributeRules[name];
    if (!pattern.test(value)) throw invalid(`${name} must be ${says}`);
    return [name, value];
  }

  #get(input: Record<string, QueryValue>): object {
    const { attributes } = z.object({ attributes: z.array(z.string()).optional() }).parse(input);
    const wanted = [...this.#attributes].filter(
      ([name]) => attributes === undefined || attributes.includes(name),
    );
    return { attributes: new Map(wanted) };
  }
}

function isAttributeName(name: string): name is AttributeName {
  return Object.hasOwn(attributeRules, name);
}

function invalid(reason: string): AwsFault {
  return new AwsFault("InvalidParameter", `Invalid parameter: ${reason}`);
}
