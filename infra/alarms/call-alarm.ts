import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stackTags } from "../stack-tags.ts";
import { type EventDefinition, eventMail, eventPattern } from "./event-definitions.ts";

export interface CallAlarmArgs {
  stack: string;
  definition: EventDefinition<pulumi.Input<string>>;
  topicArn: pulumi.Input<string>;
}

/** Tells the topic of certain calls to AWS as soon as CloudTrail hands them on. */
export class CallAlarm extends pulumi.ComponentResource {
  constructor(name: string, args: CallAlarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:CallAlarm", name, {}, opts);
    const { stack, definition, topicArn } = args;
    const rule = new aws.cloudwatch.EventRule(
      name,
      {
        name: `sekisho-${stack}-${definition.name}`,
        description: `Somebody ${definition.did}`,
        eventBusName: "default",
        eventPattern: pulumi.output(definition).apply((known) => JSON.stringify(eventPattern(known))),
        state: "ENABLED",
        tags: stackTags(stack),
      },
      { parent: this },
    );
    new aws.cloudwatch.EventTarget(
      name,
      {
        rule: rule.name,
        eventBusName: "default",
        targetId: "alarms",
        arn: topicArn,
        inputTransformer: eventMail(definition, stack),
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
