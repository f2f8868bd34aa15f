import * as pulumi from "@pulumi/pulumi";
import declareStack from "../../infra/index.ts";
import type { PropertyMap } from "../../local/engine/property-values.ts";
import { computedOutputs, RENDER_ACCOUNT, renderedInvokes } from "../../local/rendered-outputs.ts";
import { scriptedAws } from "../local/apply/scripted-aws.ts";
import { type Declaration, declare } from "./pulumi-mocks.ts";

const region = "ap-northeast-1";

/** What the whole program declares for these sections of a stack file, on a first deployment into a quiet account. */
export async function declareSections(sections: Readonly<Record<string, unknown>>): Promise<Declaration> {
  const { aws } = scriptedAws({}, region);
  const config = Object.entries(sections).map(([name, value]) => [`sekisho:${name}`, JSON.stringify(value)]);
  let refusal: Error | undefined;
  const declared = await declare(
    () => {
      pulumi.runtime.setAllConfig({ "aws:region": region, ...Object.fromEntries(config) });
      const program = declareStack().catch((error: Error) => {
        refusal = error;
      });
      return { program: pulumi.output(program) };
    },
    {
      calls: Object.fromEntries(
        Object.entries(renderedInvokes).map(([token, answer]) => [
          token,
          (inputs: Record<string, unknown>) => answer(inputs as PropertyMap, aws),
        ]),
      ),
      outputs: ({ type, name, inputs }) =>
        computedOutputs({
          type,
          name,
          inputs: inputs as PropertyMap,
          aws: { region },
          account: RENDER_ACCOUNT,
        }),
    },
  );
  pulumi.runtime.setAllConfig({});
  if (refusal !== undefined) throw refusal;
  return declared;
}
