import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { readMessages } from "../../infra/messages/message-files.ts";
import type { RawSettings } from "../../infra/settings.ts";
import { faultyStackFile, readStackAt } from "../../runbooks/runtime/chosen-stack.ts";

const PROJECT = resolve(import.meta.dirname, "../..");
const SAMPLE = resolve(PROJECT, "Pulumi.dev.yaml");

/** One stack whose resources are judged, and under which name the report shows it. */
export interface StackToJudge {
  label: string;
  preset: "baseline" | "strict";
  raw: RawSettings;
}

/**
 * The sample in both presets, as it is and with all that it could have of its own: a load balancer, a trail, a question
 * after the password. Together they have every type of resource the program can make.
 */
export async function sampleStacks(): Promise<StackToJudge[]> {
  const { raw: sample } = await readStackAt(SAMPLE);
  return PRESETS.flatMap((preset) => {
    const config = withPreset(sample.config, preset);
    return [
      { label: preset, preset, raw: { ...sample, config } },
      { label: `${preset}, all of its own`, preset, raw: { ...sample, config: withAllOfItsOwn(config) } },
    ];
  });
}

/** One stack file as it is. Throws `BadInputError` when it has faults: what it would build is unknown then. */
export async function readStackToJudge(file: string): Promise<StackToJudge> {
  const { raw, settings } = await readStackAt(file);
  const texts = await readMessages(settings, (path) => readFile(resolve(PROJECT, path), "utf8"));
  if ("faults" in texts) throw faultyStackFile(file, texts.faults);
  return { label: basename(file), preset: settings.preset, raw };
}

const PRESETS = ["baseline", "strict"] as const;

/** The strict preset chooses the plan itself; a sample that spells the cheaper one would be refused. */
function withPreset(config: RawSettings["config"], preset: StackToJudge["preset"]): RawSettings["config"] {
  const { users } = config;
  if (preset === "baseline" || !isGroup(users)) return { ...config, preset };
  const { tier: _cheaper, ...rest } = users;
  return { ...config, preset, users: rest };
}

function withAllOfItsOwn(config: RawSettings["config"]): RawSettings["config"] {
  return {
    ...config,
    routes: withOwnLoadBalancer(config.routes),
    audit: changed(config.audit, { trail: "create", trailLocation: undefined }),
    triggers: changed(config.triggers, { secretQuestion: true }),
    clients: changed(config.clients, { backend: { kind: "server", flows: ["question"] } }),
  };
}

function changed(section: unknown, change: Record<string, unknown>): unknown {
  return isGroup(section) ? { ...section, ...change } : section;
}

function withOwnLoadBalancer(routes: unknown): unknown {
  if (!isGroup(routes)) return routes;
  const { listenerArn: _existing, ...rest } = routes;
  return {
    ...rest,
    create: {
      vpcId: "vpc-0123456789abcdef0",
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
      certificateArn:
        "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    },
  };
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
