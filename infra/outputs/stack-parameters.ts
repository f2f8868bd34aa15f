import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { PrivateBucket } from "../backups/private-bucket.ts";
import type { Settings } from "../settings.ts";
import { stackTags } from "../stack-tags.ts";
import { clientPart, outputParts, outputsPath, stackOutputs } from "./outputs.ts";
import type { PendingOutputs } from "./pending-outputs.ts";

export interface StackParametersArgs {
  settings: Pick<Settings, "stack" | "backup">;
  outputs: PendingOutputs;
  /** Keeps the newest outputs as `outputs.json`. */
  work: PrivateBucket;
}

/**
 * Writes down where everything is, for runbooks that run without Pulumi: one parameter per part and per client
 * under `/sekisho/<stack>/`, the same in the Region of the copy, and all of it as `outputs.json` in the work bucket.
 * Holds ids and names, never a secret. The settings see to it that every part fits.
 */
export class StackParameters extends pulumi.ComponentResource {
  constructor(name: string, args: StackParametersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:StackParameters", name, {}, opts);
    const { stack, backup } = args.settings;
    const tags = stackTags(stack);

    for (const { part, value } of encodeParts(args.outputs)) {
      const parameter = {
        name: `${outputsPath(stack)}${part}`,
        type: "String",
        tier: "Standard",
        value,
        tags,
      };
      new aws.ssm.Parameter(`${name}-${part}`, parameter, { parent: this });
      if (backup.copyTo !== undefined) {
        const copied = { ...parameter, region: backup.copyTo };
        new aws.ssm.Parameter(`${name}-${part}-copy`, copied, { parent: this });
      }
    }
    new aws.s3.BucketObjectv2(
      `${name}-newest`,
      {
        bucket: args.work.bucket,
        key: "outputs.json",
        content: encode(stackOutputs, args.outputs),
        contentType: "application/json",
        serverSideEncryption: "aws:kms",
        kmsKeyId: args.work.keyArn,
        tags,
      },
      { parent: this, dependsOn: [args.work] },
    );
    this.registerOutputs();
  }
}

function encodeParts({
  clients,
  ...parts
}: PendingOutputs): { part: string; value: pulumi.Output<string> }[] {
  const pending: Record<string, pulumi.Input<object> | undefined> = parts;
  return [
    ...Object.entries(outputParts).flatMap(([part, schema]) => {
      const value = pending[part];
      return value === undefined ? [] : [{ part, value: encode(schema, value) }];
    }),
    ...Object.entries(clients).map(([client, value]) => ({
      part: `clients/${client}`,
      value: encode(clientPart, value),
    })),
  ];
}

/** One line of JSON in the schema's order, so that equal outputs are equal text; what the schema lacks is refused. */
function encode(schema: z.ZodType, value: pulumi.Input<object>): pulumi.Output<string> {
  return pulumi.output(value).apply((known) => JSON.stringify(schema.parse(known)));
}
