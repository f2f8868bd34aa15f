import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import type { PropertyMap } from "../engine/property-values.ts";
import { unless } from "./aws-errors.ts";
import { omit, outputsOf, textOf, toAwsShape } from "./aws-shape.ts";
import type { Maker, Makers } from "./maker.ts";
import { changeTags, tagList, tagsOf } from "./tags.ts";

const GONE = ["ResourceNotFoundException"];
const DEFAULT_GROUP = "default";

const schedule: Maker = {
  autoName: { property: "name", longest: 64 },
  async create({ inputs, aws }) {
    await aws.scheduler.send(new CreateScheduleCommand(scheduleInput(inputs)));
    return `${groupOf(inputs)}/${textOf(inputs, "name")}`;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.scheduler.send(new GetScheduleCommand(scheduleKey(id))));
    return (
      found && outputsOf({ arn: found.Arn, groupName: found.GroupName, name: found.Name, state: found.State })
    );
  },
  async update({ inputs, aws }) {
    await aws.scheduler.send(new UpdateScheduleCommand(scheduleInput(inputs)));
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.scheduler.send(new DeleteScheduleCommand(scheduleKey(id))));
  },
};

const scheduleGroup: Maker = {
  autoName: { property: "name", longest: 64 },
  async create({ inputs, aws }) {
    const Name = textOf(inputs, "name");
    await aws.scheduler.send(new CreateScheduleGroupCommand({ Name, Tags: tagList(tagsOf(inputs)) }));
    return Name;
  },
  async read({ id, aws }) {
    const found = await unless(GONE, () => aws.scheduler.send(new GetScheduleGroupCommand({ Name: id })));
    return (
      found &&
      outputsOf({
        arn: found.Arn,
        state: found.State,
        creationDate: found.CreationDate,
        lastModificationDate: found.LastModificationDate,
      })
    );
  },
  async update({ inputs, before, outputs, aws }) {
    const ResourceArn = textOf(outputs, "arn");
    await changeTags(before, inputs, {
      set: (tags) => aws.scheduler.send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) })),
      remove: (TagKeys) => aws.scheduler.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    });
  },
  async delete({ id, aws }) {
    await unless(GONE, () => aws.scheduler.send(new DeleteScheduleGroupCommand({ Name: id })));
  },
};

export const schedulerMakers: Makers = {
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": scheduleGroup,
};

/** The provider's id is the group, a slash, and the name. */
function scheduleKey(id: string) {
  const [GroupName = "", Name = ""] = id.split("/");
  return { GroupName, Name };
}

function groupOf(inputs: PropertyMap): string {
  return textOf(inputs, "groupName") || DEFAULT_GROUP;
}

function scheduleInput(inputs: PropertyMap): CreateScheduleCommandInput {
  const shaped = toAwsShape(omit(inputs, "region", "startDate", "endDate")) as CreateScheduleCommandInput;
  return {
    ...shaped,
    GroupName: groupOf(inputs),
    ...dateOf(inputs, "StartDate"),
    ...dateOf(inputs, "EndDate"),
  };
}

function dateOf(inputs: PropertyMap, key: "StartDate" | "EndDate"): Partial<CreateScheduleCommandInput> {
  const text = textOf(inputs, key === "StartDate" ? "startDate" : "endDate");
  return text === "" ? {} : { [key]: new Date(text) };
}
