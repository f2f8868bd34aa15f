import { textOf } from "./aws-shape.ts";
import type { Makers } from "./maker.ts";
import { recordMaker } from "./record-maker.ts";

/** Build projects; nothing on a laptop builds, what they would run is tested as the command that it is. */
export const recordedBuilds: Makers = {
  "aws:codebuild/project:Project": recordMaker(async ({ inputs, aws }) => {
    const arn = `arn:aws:codebuild:${aws.region}:${await aws.account()}:project/${textOf(inputs, "name")}`;
    return { id: arn, outputs: { arn } };
  }),
};
