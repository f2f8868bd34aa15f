import {
  DescribeRiskConfigurationCommand,
  GetLogDeliveryConfigurationCommand,
  type LogConfigurationType,
  SetLogDeliveryConfigurationCommand,
  SetRiskConfigurationCommand,
  type SetRiskConfigurationCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { omit, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";

const GONE = ["ResourceNotFoundException"];

/** There is always one of it: deleting it brings AWS's defaults back. */
const riskConfiguration: Maker = {
  async create({ inputs, aws }) {
    await aws.cognitoUserPools.send(new SetRiskConfigurationCommand(riskInput(inputs)));
    return [textOf(inputs, "userPoolId"), textOf(inputs, "clientId")].filter(Boolean).join(":");
  },
  async read({ outputs, aws }) {
    const found = await unless(GONE, () =>
      aws.cognitoUserPools.send(new DescribeRiskConfigurationCommand(riskOwner(outputs))),
    );
    return found && {};
  },
  async update({ inputs, aws }) {
    await aws.cognitoUserPools.send(new SetRiskConfigurationCommand(riskInput(inputs)));
  },
  async delete({ outputs, aws }) {
    await unless(GONE, () => aws.cognitoUserPools.send(new SetRiskConfigurationCommand(riskOwner(outputs))));
  },
};

const logDelivery: Maker = {
  async create({ inputs, aws }) {
    await aws.cognitoUserPools.send(new SetLogDeliveryConfigurationCommand(logDeliveryInput(inputs)));
    return textOf(inputs, "userPoolId");
  },
  async read({ id: UserPoolId, aws }) {
    const found = await unless(GONE, () =>
      aws.cognitoUserPools.send(new GetLogDeliveryConfigurationCommand({ UserPoolId })),
    );
    return found && {};
  },
  async update({ inputs, aws }) {
    await aws.cognitoUserPools.send(new SetLogDeliveryConfigurationCommand(logDeliveryInput(inputs)));
  },
  async delete({ id: UserPoolId, aws }) {
    await unless(GONE, () =>
      aws.cognitoUserPools.send(
        new SetLogDeliveryConfigurationCommand({ UserPoolId, LogConfigurations: [] }),
      ),
    );
  },
};

export const userPoolSettingMakers: Makers = {
  "aws:cognito/logDeliveryConfiguration:LogDeliveryConfiguration": logDelivery,
  "aws:cognito/riskConfiguration:RiskConfiguration": riskConfiguration,
};

function riskOwner(values: PropertyMap) {
  const clientId = textOf(values, "clientId");
  return { UserPoolId: textOf(values, "userPoolId"), ...(clientId === "" ? {} : { ClientId: clientId }) };
}

function riskInput(inputs: PropertyMap): SetRiskConfigurationCommandInput {
  const renames = {
    eventFilters: "EventFilter",
    blockedIpRangeLists: "BlockedIPRangeList",
    skippedIpRangeLists: "SkippedIPRangeList",
  };
  const settings = toAwsShape(omit(inputs, "region"), renames) as SetRiskConfigurationCommandInput;
  return { ...settings, ...riskOwner(inputs) };
}

function logDeliveryInput(inputs: PropertyMap) {
  return {
    UserPoolId: textOf(inputs, "userPoolId"),
    LogConfigurations: toAwsShape(inputs.logConfigurations) as LogConfigurationType[],
  };
}
