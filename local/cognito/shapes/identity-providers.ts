import { z } from "zod";
import { matching, pageLimit, providerName, searchToken, text, userPoolId } from "./primitives.ts";

const settings = {
  AttributeMapping: z.record(z.string().min(1).max(32), text).optional(),
  IdpIdentifiers: z.array(matching("[\\w\\s+=.@-]+").min(1).max(40)).max(50).optional(),
  // AWS knows it; the model refuses it aloud instead of forgetting it.
  AcrMapping: z.unknown().optional(),
};

export const oneProvider = z.object({ UserPoolId: userPoolId, ProviderName: providerName });

export const createProvider = z.object({
  UserPoolId: userPoolId,
  ProviderName: matching("[^_\\p{Z}][\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}][^_\\p{Z}]+").min(1).max(32),
  ProviderType: z.enum(["SAML", "Facebook", "Google", "LoginWithAmazon", "SignInWithApple", "OIDC"]),
  ProviderDetails: z.record(text, text),
  ...settings,
});

export const updateProvider = oneProvider.extend({
  ProviderDetails: z.record(text, text).optional(),
  ...settings,
});

export const listProviders = z.object({
  UserPoolId: userPoolId,
  MaxResults: pageLimit.optional(),
  NextToken: searchToken.optional(),
});

const providerUser = z.object({
  ProviderName: providerName.optional(),
  ProviderAttributeName: text.optional(),
  ProviderAttributeValue: text.optional(),
});

// In these two the API model leaves the pool's id a plain string.
export const linkProvider = z.object({
  UserPoolId: text,
  DestinationUser: providerUser,
  SourceUser: providerUser,
});
export const disableProvider = z.object({ UserPoolId: text, User: providerUser });

export type CreateProviderInput = z.output<typeof createProvider>;
export type UpdateProviderInput = z.output<typeof updateProvider>;
export type ProviderUserInput = z.output<typeof providerUser>;
