import { isDeepStrictEqual } from "node:util";
import {
  AddCustomAttributesCommand,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { PropertyMap, PropertyValue } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { omit, outputsOf, pick, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers, Target } from "./maker.ts";
import { changeTags, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];

const RENAMES = {
  attributesRequireVerificationBeforeUpdates: "AttributesRequireVerificationBeforeUpdate",
  fromEmailAddress: "From",
  kmsKeyId: "KMSKeyID",
  schemas: "Schema",
};

// What the provider writes with the second call of its own.
const MFA_INPUTS = [
  "mfaConfiguration",
  "smsAuthenticationMessage",
  "smsConfiguration",
  "softwareTokenMfaConfiguration",
  "emailMfaConfiguration",
  "webAuthnConfiguration",
];

const userPool: Maker = {
  autoName: { property: "name", longest: 128 },
  async create({ inputs, aws }) {
    const { UserPool } = await aws.cognitoUserPools.send(new CreateUserPoolCommand(creation(inputs)));
    const id = UserPool?.Id;
    if (!id) throw new Error("CreateUserPool answered without an id");
    if (isMfaOn(inputs)) await aws.cognitoUserPools.send(new SetUserPoolMfaConfigCommand(mfa(id, inputs)));
    return id;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () =>
      aws.cognitoUserPools.send(new DescribeUserPoolCommand({ UserPoolId: id })),
    );
    if (!found?.UserPool) return undefined;
    const { Arn, CreationDate, LastModifiedDate, EstimatedNumberOfUsers, Domain, CustomDomain, Name } =
      found.UserPool;
    return outputsOf({
      arn: Arn,
      name: Name,
      endpoint: `cognito-idp.${aws.region}.amazonaws.com/${id}`,
      creationDate: CreationDate,
      lastModifiedDate: LastModifiedDate,
      estimatedNumberOfUsers: EstimatedNumberOfUsers,
      domain: Domain,
      customDomain: CustomDomain,
    });
  },
  async update({ id, inputs, before, outputs, aws }) {
    const pools = aws.cognitoUserPools;
    if (differs(before, inputs, ...MFA_INPUTS))
      await pools.send(new SetUserPoolMfaConfigCommand(mfa(id, inputs)));
    if (!isDeepStrictEqual(settings(before), settings(inputs))) {
      await pools.send(new UpdateUserPoolCommand(change(id, inputs)));
    }
    const added = newAttributes(before, inputs);
    if (added.length > 0) {
      const CustomAttributes = toAwsShape(added, RENAMES) as CreateUserPoolCommandInput["Schema"];
      await pools.send(new AddCustomAttributesCommand({ UserPoolId: id, CustomAttributes }));
    }
    const ResourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (Tags) => pools.send(new TagResourceCommand({ ResourceArn, Tags })),
      remove: (TagKeys) => pools.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.cognitoUserPools.send(new DeleteUserPoolCommand({ UserPoolId: id })));
  },
};

export const userPoolMakers: Makers = { "aws:cognito/userPool:UserPool": userPool };

function creation(inputs: Target["inputs"]): CreateUserPoolCommandInput {
  const shape = toAwsShape(
    {
      ...settings(inputs),
      ...pick(inputs, "aliasAttributes", "usernameAttributes", "usernameConfiguration", "schemas"),
      // An SMS configuration serves verification too, so it is set with MFA off as well.
      ...pick(inputs, "smsConfiguration", "smsAuthenticationMessage"),
    },
    RENAMES,
  );
  const rest = shape as Omit<CreateUserPoolCommandInput, "PoolName">;
  return { ...rest, PoolName: textOf(inputs, "name"), UserPoolTags: tagsOf(inputs) };
}

// UpdateUserPool resets what is left out, so every setting goes along; tags have calls of their own.
function change(UserPoolId: string, inputs: PropertyMap): UpdateUserPoolCommandInput {
  const mfaInputs = pick(inputs, "mfaConfiguration", "smsConfiguration", "smsAuthenticationMessage");
  const shape = toAwsShape({ ...settings(inputs), ...mfaInputs }, RENAMES);
  return { ...(shape as Omit<UpdateUserPoolCommandInput, "UserPoolId">), UserPoolId };
}

/** Everything that CreateUserPool and UpdateUserPool have in common. */
function settings(inputs: PropertyMap): PropertyMap {
  const { passwordPolicy, signInPolicy, ...others } = omit(
    inputs,
    ...MFA_INPUTS,
    "name",
    "region",
    "tags",
    "schemas",
    "aliasAttributes",
    "usernameAttributes",
    "usernameConfiguration",
  );
  if (passwordPolicy === undefined && signInPolicy === undefined) return others;
  return {
    ...others,
    policies: {
      ...(passwordPolicy === undefined ? {} : { passwordPolicy }),
      ...(signInPolicy === undefined ? {} : { signInPolicy }),
    },
  };
}

function isMfaOn({ mfaConfiguration = "OFF", webAuthnConfiguration }: PropertyMap): boolean {
  return mfaConfiguration !== "OFF" || webAuthnConfiguration !== undefined;
}

function mfa(UserPoolId: string, inputs: PropertyMap): SetUserPoolMfaConfigCommandInput {
  const isOn = (inputs.mfaConfiguration ?? "OFF") !== "OFF";
  const { smsConfiguration, smsAuthenticationMessage } = inputs;
  // Cognito refuses factors together with MFA switched off.
  const factors: PropertyMap = isOn
    ? {
        ...pick(inputs, "softwareTokenMfaConfiguration", "emailMfaConfiguration"),
        ...(smsConfiguration === undefined
          ? {}
          : {
              smsMfaConfiguration: {
                smsConfiguration,
                ...(smsAuthenticationMessage === undefined ? {} : { smsAuthenticationMessage }),
              },
            }),
      }
    : {};
  const shape = toAwsShape({
    mfaConfiguration: inputs.mfaConfiguration ?? "OFF",
    ...factors,
    ...pick(inputs, "webAuthnConfiguration"),
  });
  return { ...(shape as Omit<SetUserPoolMfaConfigCommandInput, "UserPoolId">), UserPoolId };
}

function newAttributes(before: PropertyMap, after: PropertyMap): PropertyValue[] {
  const old = Array.isArray(before.schemas) ? before.schemas : [];
  const current = Array.isArray(after.schemas) ? after.schemas : [];
  return current.filter((attribute) => !old.some((other) => isDeepStrictEqual(other, attribute)));
}

function differs(before: PropertyMap, after: PropertyMap, ...keys: string[]): boolean {
  return !isDeepStrictEqual(pick(before, ...keys), pick(after, ...keys));
}
