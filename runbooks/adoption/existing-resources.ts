import { plainAttribute } from "../../infra/settings/attributes.ts";
import { isMap } from "../../local/engine/property-path.ts";
import type { PropertyMap, PropertyValue } from "../../local/engine/property-values.ts";
import type { Declaration } from "../../local/engine/registration.ts";
import type { AdoptedSettings } from "./adopted-settings.ts";
import type { ExistingClient, ExistingPool } from "./existing-pool.ts";

/** One thing that exists, under the name the program has for it. */
export interface ExistingResource {
  /** The program's own declaration, with what exists in place of what it asks for. */
  declaration: Declaration;
  /** The id by which the provider imports it. */
  importId: string;
}

/**
 * What exists already of all that the program would declare, with its inputs as the provider reads them back. Inputs
 * that point at other resources keep the program's value: which pool a client belongs to is not in question.
 */
export function findExistingResources(
  pool: ExistingPool,
  { clientNames }: Pick<AdoptedSettings, "clientNames">,
  wanted: readonly Declaration[],
): ExistingResource[] {
  const clients = new Map(pool.clients.map((client) => [`client-${clientNames[client.ClientId]}`, client]));
  const styles = new Map(
    pool.clients.map(({ ClientId }) => [`sign-in-style-${clientNames[ClientId]}`, pool.styles[ClientId]]),
  );
  const groups = new Map(pool.groups.map((group) => [`group-${group.name}`, group]));
  const servers = new Map(
    pool.resourceServers.map((server) => [`resource-server-${server.Identifier}`, server]),
  );
  const poolId = pool.userPool.Id;
  const found = wanted.flatMap((declaration): (ExistingResource | undefined)[] => {
    const { type, name, inputs } = declaration;
    const as = (importId: string, existing: PropertyMap) => [
      { declaration: { ...declaration, inputs: { ...references(inputs), ...existing } }, importId },
    ];
    switch (type) {
      case "aws:cognito/userPool:UserPool":
        return name === "users" ? as(poolId, withoutComputed(poolInputs(pool), inputs)) : [];
      case "aws:cognito/userPoolClient:UserPoolClient": {
        const client = clients.get(name);
        return client ? as(`${poolId}/${client.ClientId}`, clientInputs(client)) : [];
      }
      case "aws:cognito/userGroup:UserGroup": {
        const group = groups.get(name);
        if (!group) return [];
        const { description, precedence } = group;
        return as(`${poolId}/${group.name}`, {
          name: group.name,
          ...(precedence !== undefined && { precedence }),
          ...(description && { description }),
        });
      }
      case "aws:cognito/resourceServer:ResourceServer": {
        const server = servers.get(name);
        if (!server) return [];
        const scopes = server.Scopes.map(({ ScopeName, ScopeDescription }) => ({
          scopeName: ScopeName,
          scopeDescription: ScopeDescription,
        }));
        return as(`${poolId}|${server.Identifier}`, {
          identifier: server.Identifier,
          name: server.Name ?? server.Identifier,
          scopes,
        });
      }
      case "aws:cognito/userPoolDomain:UserPoolDomain": {
        const domain = pool.domains.find(({ Domain }) => Domain === inputs.domain);
        if (!domain) return [];
        const { CustomDomainConfig: custom, ManagedLoginVersion: version } = domain;
        return as(domain.Domain, {
          domain: domain.Domain,
          // An answer without it says nothing about it.
          managedLoginVersion: version ?? inputs.managedLoginVersion ?? 1,
          ...(custom?.CertificateArn && { certificateArn: custom.CertificateArn }),
        });
      }
      case "aws:cognito/managedLoginBranding:ManagedLoginBranding": {
        const style = styles.get(name);
        return style
          ? as(
              `${poolId},${style.id}`,
              style.isPlain ? { useCognitoProvidedValues: true } : { settings: "a style of its own" },
            )
          : [];
      }
      default:
        return [];
    }
  });
  return found.filter((resource) => resource !== undefined);
}

/** Inputs whose value is another resource of the program. */
function references(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).filter(([key]) => key === "userPoolId" || key === "clientId"),
  );
}

const CLIENT_NAMES: Record<string, string> = {
  ClientName: "name",
  AllowedOAuthFlows: "allowedOauthFlows",
  AllowedOAuthFlowsUserPoolClient: "allowedOauthFlowsUserPoolClient",
  AllowedOAuthScopes: "allowedOauthScopes",
  CallbackURLs: "callbackUrls",
  LogoutURLs: "logoutUrls",
  DefaultRedirectURI: "defaultRedirectUri",
};
const CLIENT_COMPUTED = ["UserPoolId", "ClientId", "ClientSecret", "LastModifiedDate", "CreationDate"];

function clientInputs(client: ExistingClient): PropertyMap {
  const rest = Object.entries(client).filter(([key]) => !CLIENT_COMPUTED.includes(key));
  return {
    ...toInputs(Object.fromEntries(rest), CLIENT_NAMES),
    generateSecret: client.ClientSecret !== undefined,
    allowedOauthFlowsUserPoolClient: client.AllowedOAuthFlowsUserPoolClient ?? false,
  };
}

const POOL_NAMES: Record<string, string> = {
  AttributesRequireVerificationBeforeUpdate: "attributesRequireVerificationBeforeUpdates",
  From: "fromEmailAddress",
  KMSKeyID: "kmsKeyId",
  UserPoolTags: "tags",
};
const POOL_COMPUTED = [
  ...[
    "Id",
    "Arn",
    "Status",
    "CreationDate",
    "LastModifiedDate",
    "EstimatedNumberOfUsers",
    "Domain",
    "CustomDomain",
  ],
  // These three say again what the template of messages says.
  ...["SmsVerificationMessage", "EmailVerificationMessage", "EmailVerificationSubject"],
  ...[
    "SmsConfigurationFailure",
    "EmailConfigurationFailure",
    "SchemaAttributes",
    "Policies",
    "MfaConfiguration",
  ],
];

function poolInputs({ userPool, mfaConfig }: ExistingPool): PropertyMap {
  const rest = Object.entries(userPool).filter(([key]) => !POOL_COMPUTED.includes(key));
  const { MfaConfiguration = "OFF", SoftwareTokenMfaConfiguration, EmailMfaConfiguration } = mfaConfig;
  const isOn = MfaConfiguration !== "OFF";
  return {
    deletionProtection: "INACTIVE",
    emailConfiguration: { emailSendingAccount: "COGNITO_DEFAULT" },
    ...toInputs({ ...Object.fromEntries(rest), ...spellOut(userPool.Policies) }, POOL_NAMES),
    mfaConfiguration: MfaConfiguration,
    ...(isOn && {
      softwareTokenMfaConfiguration: { enabled: SoftwareTokenMfaConfiguration?.Enabled ?? false },
    }),
    ...(isOn && EmailMfaConfiguration && { emailMfaConfiguration: toInputs(EmailMfaConfiguration, {}) }),
    schemas: schemaInputs(userPool.SchemaAttributes),
  };
}

/** What the provider leaves alone, and does not count as a change, when the program says nothing about it. */
const KEPT_IF_UNSAID = ["smsConfiguration", "signInPolicy"];

function withoutComputed(existing: PropertyMap, wanted: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(existing).filter(([key]) => wanted[key] !== undefined || !KEPT_IF_UNSAID.includes(key)),
  );
}

/** The provider reads a history of no passwords where AWS says nothing about one. */
function spellOut(policies: ExistingPool["userPool"]["Policies"]): Record<string, unknown> {
  if (!policies?.PasswordPolicy) return { ...policies };
  return { ...policies, PasswordPolicy: { PasswordHistorySize: 0, ...policies.PasswordPolicy } };
}

// As the provider reads a pool it has just imported: standard attributes only where they are not as Cognito makes them.
function schemaInputs(attributes: ExistingPool["userPool"]["SchemaAttributes"]): PropertyValue[] {
  return attributes.filter(isOwn).map((attribute) => {
    const {
      AttributeDataType: type,
      StringAttributeConstraints: text,
      NumberAttributeConstraints: number,
    } = attribute;
    return {
      name: attribute.Name.replace(/^custom:/, ""),
      attributeDataType: type,
      developerOnlyAttribute: attribute.DeveloperOnlyAttribute ?? false,
      mutable: attribute.Mutable ?? true,
      required: attribute.Required ?? false,
      ...(type === "String" && text && { stringAttributeConstraints: toInputs(text, {}) }),
      ...(type === "Number" && number && { numberAttributeConstraints: toInputs(number, {}) }),
    };
  });
}

function isOwn({
  Name,
  Mutable = true,
  Required = false,
  ...limits
}: ExistingPool["userPool"]["SchemaAttributes"][number]): boolean {
  if (Name === "sub" || Name === "identities" || Name.endsWith("_verified")) return false;
  if (/^(custom|dev):/.test(Name)) return true;
  const { min, max, type } = plainAttribute(Name);
  const { MinLength, MaxLength } = limits.StringAttributeConstraints ?? {};
  const { MinValue, MaxValue } = limits.NumberAttributeConstraints ?? {};
  const [least, most] = type === "number" ? [MinValue, MaxValue] : [MinLength, MaxLength];
  return Required || !Mutable || least !== asText(min) || most !== asText(max);
}

function asText(limit: number | undefined): string | undefined {
  return limit === undefined ? undefined : String(limit);
}

/** What AWS answers, spelled as the provider spells its inputs; empty lists and groups read back as absent. */
function toInputs(
  values: Readonly<Record<string, unknown>>,
  renames: Readonly<Record<string, string>>,
): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      // What the password policy has said since; the provider no longer reads it.
      if (key === "UnusedAccountValidityDays") return [];
      const input = toInput(value, renames, key === "UserPoolTags");
      const isEmpty = Array.isArray(input)
        ? input.length === 0
        : isMap(input) && Object.keys(input).length === 0;
      if (input === undefined || (isEmpty && !/Constraints$/.test(key))) return [];
      return [[renames[key] ?? key.charAt(0).toLowerCase() + key.slice(1), input]];
    }),
  );
}

function toInput(
  value: unknown,
  renames: Readonly<Record<string, string>>,
  isData: boolean,
): PropertyValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.flatMap((element) => toInput(element, renames, isData) ?? []);
  if (typeof value !== "object") return undefined;
  const entries = Object.entries(value);
  if (!isData) return toInputs(Object.fromEntries(entries), renames);
  return Object.fromEntries(
    entries.flatMap(([key, inner]) => (typeof inner === "string" ? [[key, inner]] : [])),
  );
}
