import * as pulumi from "@pulumi/pulumi";
import declareStack from "../../infra/index.ts";
import type { Declaration } from "../../local/engine/registration.ts";
import { type DeclareOptions, declare } from "./pulumi-mocks.ts";

/** What stands already when the program runs; nothing unless given. */
export interface Standing {
  /** By name. */
  parameters?: Record<string, string>;
  /** Ids of user pools. */
  pools?: string[];
}

/** One run of the whole program: what it declared, as an engine keeps it, and what it wrote down. */
export interface DeclaredProgram {
  declarations: Declaration[];
  /** The parameters of the stack's own Region, by name. */
  parameters: Record<string, string>;
  /** Why the program refused to declare anything. */
  refused: string | undefined;
}

/** Runs the program for the stack dev in Tokyo; `config` holds sections without their prefix. */
export async function declareProgram(
  config: Record<string, unknown>,
  { parameters = {}, pools = [] }: Standing = {},
): Promise<DeclaredProgram> {
  const calls: DeclareOptions["calls"] = {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "123456789012" }),
    "aws:ssm/getParametersByPath:getParametersByPath": () => ({
      names: Object.keys(parameters),
      values: Object.values(parameters),
    }),
    "aws:cognito/getUserPools:getUserPools": () => ({ ids: pools }),
    "aws:cognito/getUserPool:getUserPool": () => ({ estimatedNumberOfUsers: 42 }),
    "aws:cloudwatch/getLogGroups:getLogGroups": () => ({ logGroupNames: [] }),
    "aws:acm/getCertificate:getCertificate": ({ domain }) => ({
      arn: "",
      status: "ISSUED",
      certificate: "",
      domain,
    }),
    "aws:servicequotas/getService:getService": () => ({ serviceCode: "messaging" }),
    "aws:servicequotas/getServiceQuota:getServiceQuota": () => ({ value: 100 }),
    "aws:sesv2/getEmailIdentity:getEmailIdentity": () => ({ verifiedForSendingStatus: true }),
  };
  const outputs: DeclareOptions["outputs"] = ({ type }) =>
    type === "aws:sesv2/emailIdentity:EmailIdentity"
      ? {
          arn: "arn:aws:ses:ap-northeast-1:123456789012:identity/example.com",
          dkimSigningAttributes: { tokens: ["one", "two", "three"] },
        }
      : {};
  const sections = Object.entries(config).map(([name, value]) => [`sekisho:${name}`, JSON.stringify(value)]);
  const refusal: string[] = [];
  try {
    const declared = await declare(
      () => {
        pulumi.runtime.setAllConfig({ "aws:region": "ap-northeast-1", ...Object.fromEntries(sections) });
        return {
          program: pulumi.output(
            declareStack().catch(({ message }: Error) => {
              refusal.push(message);
              return {};
            }),
          ),
        };
      },
      { calls, outputs },
    );
    const declarations = declared.resources.map(toDeclaration);
    const written = declared
      .all("aws:ssm/parameter:Parameter")
      .filter(({ inputs }) => inputs.region === undefined)
      .map(({ inputs }) => [String(inputs.name), String(inputs.value)]);
    return { declarations, parameters: Object.fromEntries(written), refused: refusal[0] };
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

type Declared = Awaited<ReturnType<typeof declare>>["resources"][number];

function toDeclaration({ type, name, isCustom, inputs, secretInputs, options }: Declared): Declaration {
  const { protect, retainOnDelete, deleteBeforeReplace, ignoreChanges, replacementTrigger } = options;
  return {
    urn: `urn:pulumi:dev::sekisho::${type}::${name}`,
    type,
    name,
    isCustom,
    // What the mocks recorded went through JSON, so it is plain.
    inputs: JSON.parse(JSON.stringify(inputs)),
    secretInputs,
    options: {
      parent: "",
      dependsOn: [],
      propertyDependencies: {},
      protect,
      retainOnDelete,
      deleteBeforeReplace,
      ignoreChanges,
      additionalSecretOutputs: [],
      replaceOnChanges: [],
      replacementTrigger: typeof replacementTrigger === "string" ? replacementTrigger : null,
      importId: "",
      customTimeouts: { create: "", update: "", delete: "" },
      aliases: [],
      deletedWith: "",
    },
  };
}
