import { z } from "zod";
import {
  arn,
  clientId,
  domain,
  matching,
  s3Arn,
  searchToken,
  tagKey,
  tags,
  userPoolId,
} from "./primitives.ts";

const customDomain = z.object({
  CertificateArn: arn,
  SecurityPolicy: z.enum(["TLS_V1", "TLS_V1_2_2021", "TLS_V1_3_2025"]).optional(),
});

export const writeDomain = z.object({
  Domain: domain,
  UserPoolId: userPoolId,
  ManagedLoginVersion: z.int().optional(),
  CustomDomainConfig: customDomain.optional(),
});
export const describeDomain = z.object({ Domain: domain });
export const deleteDomain = z.object({ Domain: domain, UserPoolId: userPoolId });

const identifier = matching("[\\x21\\x23-\\x5B\\x5D-\\x7E]+").min(1).max(256);
export const oneResourceServer = z.object({ UserPoolId: userPoolId, Identifier: identifier });
export const writeResourceServer = oneResourceServer.extend({
  Name: matching("[\\w\\s+=,.@-]+").min(1).max(256),
  Scopes: z
    .array(
      z.object({
        ScopeName: matching("[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+").min(1).max(256),
        ScopeDescription: z.string().min(1).max(256),
      }),
    )
    .max(100)
    .optional(),
});
export const listResourceServers = z.object({
  UserPoolId: userPoolId,
  MaxResults: z.int().min(1).max(50).optional(),
  NextToken: searchToken.optional(),
});

const brandingId = matching(
  "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}",
);
const asset = z.object({
  Category: z.enum([
    "FAVICON_ICO",
    "FAVICON_SVG",
    "EMAIL_GRAPHIC",
    "SMS_GRAPHIC",
    "AUTH_APP_GRAPHIC",
    "PASSWORD_GRAPHIC",
    "PASSKEY_GRAPHIC",
    "PAGE_HEADER_LOGO",
    "PAGE_HEADER_BACKGROUND",
    "PAGE_FOOTER_LOGO",
    "PAGE_FOOTER_BACKGROUND",
    "PAGE_BACKGROUND",
    "FORM_BACKGROUND",
    "FORM_LOGO",
    "IDP_BUTTON_ICON",
  ]),
  ColorMode: z.enum(["LIGHT", "DARK", "DYNAMIC"]),
  Extension: z.enum(["ICO", "JPEG", "PNG", "SVG", "WEBP"]),
  Bytes: z.base64().optional(),
  ResourceId: matching("[\\w\\- ]+").min(1).max(40).optional(),
});
const style = {
  UseCognitoProvidedValues: z.boolean().optional(),
  Settings: z.record(z.string(), z.unknown()).optional(),
  Assets: z.array(asset).max(40).optional(),
};
export const createBranding = z.object({ UserPoolId: userPoolId, ClientId: clientId, ...style });
export const oneBranding = z.object({ UserPoolId: userPoolId, ManagedLoginBrandingId: brandingId });
export const updateBranding = oneBranding.extend(style);
export const describeBranding = oneBranding.extend({ ReturnMergedResources: z.boolean().optional() });
export const describeBrandingByClient = z.object({
  UserPoolId: userPoolId,
  ClientId: clientId,
  ReturnMergedResources: z.boolean().optional(),
});

export const setLogDelivery = z.object({
  UserPoolId: userPoolId,
  LogConfigurations: z
    .array(
      z.object({
        LogLevel: z.enum(["ERROR", "INFO"]),
        EventSource: z.enum(["userNotification", "userAuthEvents"]),
        CloudWatchLogsConfiguration: z.object({ LogGroupArn: arn.optional() }).optional(),
        S3Configuration: z.object({ BucketArn: s3Arn.optional() }).optional(),
        FirehoseConfiguration: z.object({ StreamArn: arn.optional() }).optional(),
      }),
    )
    .max(2),
});

export const oneTaggedResource = z.object({ ResourceArn: arn });
export const tagResource = oneTaggedResource.extend({ Tags: tags });
export const untagResource = oneTaggedResource.extend({ TagKeys: z.array(tagKey) });

export const poolOrClient = z.object({ UserPoolId: userPoolId, ClientId: clientId.optional() });

export type WriteDomainInput = z.output<typeof writeDomain>;
export type CreateBrandingInput = z.output<typeof createBranding>;
export type UpdateBrandingInput = z.output<typeof updateBranding>;
