import {
  CreateConfigurationSetCommand,
  type CreateConfigurationSetCommandInput,
  CreateEmailIdentityCommand,
  DeleteConfigurationSetCommand,
  DeleteEmailIdentityCommand,
  type DkimSigningAttributes,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  type GetEmailIdentityCommandOutput,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  type PutEmailIdentityMailFromAttributesCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sesv2";
import type { EmailIdentityArgs } from "@pulumi/aws/sesv2/emailIdentity.js";
import type { EmailIdentityMailFromAttributesArgs } from "@pulumi/aws/sesv2/emailIdentityMailFromAttributes.js";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { inputsAs, omit, outputsOf, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["NotFoundException"];

const emailIdentity: Maker = {
  async create({ inputs, aws }) {
    const { configurationSetName } = inputsAs<EmailIdentityArgs>(inputs);
    const EmailIdentity = textOf(inputs, "emailIdentity");
    await aws.ses.send(
      new CreateEmailIdentityCommand({
        EmailIdentity,
        ConfigurationSetName: configurationSetName,
        DkimSigningAttributes: dkimInput(inputs),
        Tags: tagList(tagsOf(inputs)),
      }),
    );
    return EmailIdentity;
  },
  async read({ id, inputs, aws }) {
    const found = await unless(GONE, () => aws.ses.send(new GetEmailIdentityCommand({ EmailIdentity: id })));
    if (!found) return undefined;
    return {
      ...identityOutputs(found),
      dkimSigningAttributes: { ...asMap(inputs.dkimSigningAttributes), ...dkimOutputs(found) },
      arn: `arn:aws:ses:${aws.region}:${await aws.account()}:identity/${id}`,
    };
  },
  async update({ id: EmailIdentity, inputs, before, outputs, aws }) {
    const { configurationSetName } = inputsAs<EmailIdentityArgs>(inputs);
    if (configurationSetName !== before.configurationSetName) {
      await aws.ses.send(
        new PutEmailIdentityConfigurationSetAttributesCommand({
          EmailIdentity,
          ConfigurationSetName: configurationSetName,
        }),
      );
    }
    const SigningAttributes = dkimInput(inputs);
    if (SigningAttributes) {
      await aws.ses.send(
        new PutEmailIdentityDkimSigningAttributesCommand({
          EmailIdentity,
          SigningAttributes,
          SigningAttributesOrigin: SigningAttributes.DomainSigningPrivateKey ? "EXTERNAL" : "AWS_SES",
        }),
      );
    }
    const ResourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (tags) => aws.ses.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.ses.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: id })));
  },
};

const mailFrom: Maker = {
  async create({ inputs, aws }) {
    await aws.ses.send(new PutEmailIdentityMailFromAttributesCommand(mailFromInput(inputs)));
    return textOf(inputs, "emailIdentity");
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.ses.send(new GetEmailIdentityCommand({ EmailIdentity: id })));
    return found?.MailFromAttributes?.MailFromDomain ? {} : undefined;
  },
  async update({ inputs, aws }) {
    await aws.ses.send(new PutEmailIdentityMailFromAttributesCommand(mailFromInput(inputs)));
  },
  async delete({ id, aws }) {
    await unless(GONE, () =>
      aws.ses.send(new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity: id })),
    );
  },
};

const configurationSet: Maker = {
  isOptional: true,
  async create({ inputs, aws }) {
    const shape = toAwsShape(omit(inputs, "region", "tags"));
    const set = shape as CreateConfigurationSetCommandInput;
    await aws.ses.send(new CreateConfigurationSetCommand({ ...set, Tags: tagList(tagsOf(inputs)) }));
    return textOf(inputs, "configurationSetName");
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: id })),
    );
    return found && { arn: `arn:aws:ses:${aws.region}:${await aws.account()}:configuration-set/${id}` };
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.ses.send(new DeleteConfigurationSetCommand({ ConfigurationSetName: id })));
  },
};

/**
 * The wait until SES has found the DNS records. No DNS reaches the local world, so the identity is told that its
 * records are there; the program declares this resource behind them.
 */
const domainVerification: Maker = {
  async create({ inputs, aws }) {
    const domain = textOf(inputs, "domain");
    const path = `/_sekisho/email-identities/${encodeURIComponent(domain)}/verify`;
    const { ok, status } = await fetch(new URL(path, aws.endpoint), { method: "POST" });
    if (!ok) throw new Error(`the local AWS answered ${status} to POST ${path}`);
    return domain;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.ses.send(new GetEmailIdentityCommand({ EmailIdentity: id })));
    if (!found?.VerifiedForSendingStatus) return undefined;
    return { arn: `arn:aws:ses:${aws.region}:${await aws.account()}:identity/${id}` };
  },
  // Verification stays with the identity; there is nothing of its own to delete.
  async delete() {},
};

export const sesMakers: Makers = {
  "aws:sesv2/emailIdentity:EmailIdentity": emailIdentity,
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": mailFrom,
  "aws:sesv2/configurationSet:ConfigurationSet": configurationSet,
  "aws:ses/domainIdentityVerification:DomainIdentityVerification": domainVerification,
};

/** What the provider tells about an identity, as resource and as look-up. */
export function identityOutputs(found: GetEmailIdentityCommandOutput): PropertyMap {
  return outputsOf({
    identityType: found.IdentityType,
    verificationStatus: found.VerificationStatus,
    verifiedForSendingStatus: found.VerifiedForSendingStatus,
    configurationSetName: found.ConfigurationSetName,
  });
}

export function dkimOutputs({ DkimAttributes }: GetEmailIdentityCommandOutput): PropertyMap {
  return outputsOf({
    currentSigningKeyLength: DkimAttributes?.CurrentSigningKeyLength,
    nextSigningKeyLength: DkimAttributes?.NextSigningKeyLength,
    lastKeyGenerationTimestamp: DkimAttributes?.LastKeyGenerationTimestamp,
    signingAttributesOrigin: DkimAttributes?.SigningAttributesOrigin,
    status: DkimAttributes?.Status,
    tokens: DkimAttributes?.Tokens,
  });
}

function dkimInput(inputs: PropertyMap): DkimSigningAttributes | undefined {
  return toAwsShape(inputs.dkimSigningAttributes) as DkimSigningAttributes | undefined;
}

function mailFromInput(inputs: PropertyMap): PutEmailIdentityMailFromAttributesCommandInput {
  const { behaviorOnMxFailure, mailFromDomain } = inputsAs<EmailIdentityMailFromAttributesArgs>(inputs);
  return {
    EmailIdentity: textOf(inputs, "emailIdentity"),
    MailFromDomain: mailFromDomain,
    BehaviorOnMxFailure:
      behaviorOnMxFailure as PutEmailIdentityMailFromAttributesCommandInput["BehaviorOnMxFailure"],
  };
}

function asMap(value: PropertyMap[string] | undefined): PropertyMap {
  return isMap(value) ? value : {};
}
