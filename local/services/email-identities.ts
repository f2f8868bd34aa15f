import { z } from "zod";
import { AwsFault } from "../aws-fault.ts";
import { badRequest, ConfigurationSets } from "./configuration-sets.ts";
import { readInput } from "./read-input.ts";
import { randomHex, type ServiceWorld } from "./regional.ts";

const tags = z.array(z.object({ Key: z.string(), Value: z.string() })).default([]);
const named = z.object({ EmailIdentity: z.string().min(1) });

const createIdentityShape = z.object({
  EmailIdentity: z
    .string()
    .regex(/^([^\s@]+@)?(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i),
  Tags: tags,
  DkimSigningAttributes: z
    .object({ NextSigningKeyLength: z.enum(["RSA_1024_BIT", "RSA_2048_BIT"]).optional() })
    .loose()
    .optional(),
  ConfigurationSetName: z.string().optional(),
});

const mailFromShape = named.extend({
  MailFromDomain: z.string().optional(),
  BehaviorOnMxFailure: z.enum(["USE_DEFAULT_VALUE", "REJECT_MESSAGE"]).default("USE_DEFAULT_VALUE"),
});

export const verificationShape = z.strictObject({
  /** What SES says of the domain from now on. */
  status: z.enum(["PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE"]).default("SUCCESS"),
});

type Verification = z.output<typeof verificationShape>["status"];

/**
 * The senders of one account and Region. A new identity is PENDING and stays so, as with real DNS records that are
 * not there yet: only `verify` changes it, since nothing here reads DNS. The account is in the SES sandbox until `account` says
 * otherwise.
 */
export class EmailIdentities {
  readonly #world: ServiceWorld;
  readonly #identities = new Map<string, EmailIdentity>();
  readonly #configurationSets = new ConfigurationSets();
  readonly account = { isInSandbox: true };

  constructor(world: ServiceWorld) {
    this.#world = world;
  }

  /** Answers an operation; undefined when it is none about identities, configuration sets or the account. */
  handle(operation: string, input: unknown): object | undefined {
    switch (operation) {
      case "CreateEmailIdentity":
        return this.#create(readShape(createIdentityShape, input));
      case "GetEmailIdentity":
        return this.#get(readShape(named, input).EmailIdentity);
      case "ListEmailIdentities":
        return { EmailIdentities: [...this.#identities.values()].map(summarise) };
      case "DeleteEmailIdentity":
        this.#identities.delete(this.#require(readShape(named, input).EmailIdentity).name);
        return {};
      case "PutEmailIdentityMailFromAttributes":
        return this.#putMailFrom(readShape(mailFromShape, input));
      case "PutEmailIdentityDkimAttributes": {
        const { EmailIdentity, SigningEnabled } = readShape(
          named.extend({ SigningEnabled: z.boolean().default(false) }),
          input,
        );
        this.#require(EmailIdentity).isSigning = SigningEnabled;
        return {};
      }
      case "PutEmailIdentityFeedbackAttributes": {
        const shape = named.extend({ EmailForwardingEnabled: z.boolean().default(false) });
        const { EmailIdentity, EmailForwardingEnabled } = readShape(shape, input);
        this.#require(EmailIdentity).isForwarding = EmailForwardingEnabled;
        return {};
      }
      case "PutEmailIdentityConfigurationSetAttributes": {
        const { EmailIdentity, ConfigurationSetName } = readShape(
          named.extend({ ConfigurationSetName: z.string().optional() }),
          input,
        );
        if (ConfigurationSetName !== undefined) this.#configurationSets.require(ConfigurationSetName);
        this.#require(EmailIdentity).configurationSet = ConfigurationSetName;
        return {};
      }
      case "GetAccount":
        return this.#getAccount();
      default:
        return this.#configurationSets.handle(operation, input);
    }
  }

  /** What SES found when it looked for the DNS records of a domain. Throws an AwsFault when there is no such identity. */
  verify(name: string, status: Verification): void {
    const identity = this.#require(name);
    identity.verification = status;
    if (identity.mailFrom !== undefined) identity.mailFrom.status = status;
  }

  #create(input: z.output<typeof createIdentityShape>): object {
    const name = input.EmailIdentity;
    if (this.#identities.has(name)) {
      throw new AwsFault("AlreadyExistsException", `Email identity ${name} already exist.`);
    }
    if (input.ConfigurationSetName !== undefined) this.#configurationSets.require(input.ConfigurationSetName);
    const isDomain = !name.includes("@");
    const identity: EmailIdentity = {
      name,
      isDomain,
      verification: "PENDING",
      dkimTokens: isDomain ? [1, 2, 3].map(() => randomHex(this.#world, 32)) : [],
      keyLength: input.DkimSigningAttributes?.NextSigningKeyLength ?? "RSA_2048_BIT",
      isSigning: isDomain,
      isForwarding: true,
      mailFrom: undefined,
      configurationSet: input.ConfigurationSetName,
      tags: input.Tags,
    };
    this.#identities.set(name, identity);
    return {
      IdentityType: typeOf(identity),
      VerifiedForSendingStatus: false,
      DkimAttributes: this.#describeDkim(identity),
    };
  }

  #get(name: string): object {
    const identity = this.#require(name);
    return {
      IdentityType: typeOf(identity),
      FeedbackForwardingStatus: identity.isForwarding,
      VerifiedForSendingStatus: identity.verification === "SUCCESS",
      VerificationStatus: identity.verification,
      DkimAttributes: this.#describeDkim(identity),
      MailFromAttributes: identity.mailFrom && {
        MailFromDomain: identity.mailFrom.domain,
        MailFromDomainStatus: identity.mailFrom.status,
        BehaviorOnMxFailure: identity.mailFrom.onMxFailure,
      },
      Policies: {},
      Tags: identity.tags,
      ConfigurationSetName: identity.configurationSet,
    };
  }

  #describeDkim({ isDomain, isSigning, verification, dkimTokens, keyLength }: EmailIdentity): object {
    return {
      SigningEnabled: isSigning,
      Status: isDomain ? verification : "NOT_STARTED",
      Tokens: dkimTokens,
      // Newer Regions sign below a zone of their own, so nobody may assume this one.
      SigningHostedZone: isDomain ? `dkim.${this.#world.region}.amazonses.com` : undefined,
      SigningAttributesOrigin: "AWS_SES",
      NextSigningKeyLength: keyLength,
      CurrentSigningKeyLength: keyLength,
    };
  }

  #putMailFrom({
    EmailIdentity,
    MailFromDomain,
    BehaviorOnMxFailure,
  }: z.output<typeof mailFromShape>): object {
    const identity = this.#require(EmailIdentity);
    if (MailFromDomain === undefined || MailFromDomain === "") {
      identity.mailFrom = undefined;
      return {};
    }
    const domain = EmailIdentity.slice(EmailIdentity.indexOf("@") + 1);
    if (!MailFromDomain.endsWith(`.${domain}`)) {
      throw badRequest(
        `Provided MAIL-FROM domain <${MailFromDomain}> is not subdomain of the domain of the identity <${domain}>.`,
      );
    }
    identity.mailFrom = { domain: MailFromDomain, status: "PENDING", onMxFailure: BehaviorOnMxFailure };
    return {};
  }

  #getAccount(): object {
    const isInProduction = !this.account.isInSandbox;
    return {
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: "HEALTHY",
      ProductionAccessEnabled: isInProduction,
      SendQuota: isInProduction
        ? { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 }
        : { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
      SendingEnabled: true,
      SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
    };
  }

  #require(name: string): EmailIdentity {
    const identity = this.#identities.get(name);
    if (identity === undefined) {
      throw new AwsFault("NotFoundException", `Email identity ${name} does not exist.`, { status: 404 });
    }
    return identity;
  }
}

interface EmailIdentity {
  readonly name: string;
  readonly isDomain: boolean;
  verification: Verification;
  readonly dkimTokens: readonly string[];
  readonly keyLength: string;
  isSigning: boolean;
  isForwarding: boolean;
  mailFrom: { domain: string; status: Verification; onMxFailure: string } | undefined;
  configurationSet: string | undefined;
  readonly tags: readonly { Key: string; Value: string }[];
}

function typeOf({ isDomain }: EmailIdentity): string {
  return isDomain ? "DOMAIN" : "EMAIL_ADDRESS";
}

function summarise(identity: EmailIdentity): object {
  return {
    IdentityType: typeOf(identity),
    IdentityName: identity.name,
    SendingEnabled: identity.verification === "SUCCESS",
    VerificationStatus: identity.verification,
  };
}

function readShape<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  return readInput(shape, input, badRequest);
}
