import { randomBytes } from "node:crypto";
import { type AwsClients, openAws } from "./apply/aws-clients.ts";
import { invokes as awsInvokes } from "./apply/invokes.ts";
import type { Invokes, Makers } from "./apply/maker.ts";
import { makers as awsMakers } from "./apply/makers.ts";
import { DeployError } from "./engine/deploy-error.ts";
import { createEngineService, type Severity } from "./engine/engine-service.ts";
import { Ledger } from "./engine/ledger.ts";
import { type LoopbackServer, serveOnLoopback } from "./engine/loopback-server.ts";
import { MakerCalls } from "./engine/maker-calls.ts";
import { createMonitorService } from "./engine/monitor-service.ts";
import { ProgramListener, runProgram } from "./engine/program-run.ts";
import type { PropertyMap } from "./engine/property-values.ts";
import { readPulumiProject } from "./engine/pulumi-project.ts";
import type { Deployment } from "./engine/registration.ts";
import { ResourceKeeper } from "./engine/resource-keeper.ts";
import { RunGuard, toDeployError } from "./engine/run-guard.ts";

export { DeployError } from "./engine/deploy-error.ts";
export type { Deployment, Registration } from "./engine/registration.ts";

export interface DeployOptions {
  /** The folder that holds Pulumi.yaml. */
  projectDir: string;
  stack: string;
  /** As `pulumi config` has it: full keys ("aws:region", "sekisho:users"), values as text, objects as JSON. */
  config: Record<string, string>;
  /** Keys of `config` whose values are secrets. */
  secretConfigKeys?: readonly string[];
  /** Where the local AWS listens. Only makers and provider functions call it, the program never does. */
  endpoint: string;
  /** What the local AWS takes for credentials; "test" and "test" unless given. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** What the last deployment of this stack resolved with; absent = nothing exists yet. */
  previous?: Deployment | undefined;
  /** Takes what the program reports and prints. */
  onMessage?: (severity: Severity, message: string) => void;
  /** Ends the program and the deployment at once. */
  signal?: AbortSignal;
  /** Stand-ins for the provider, by resource type and by provider function; those of local/apply unless given. */
  makers?: Makers;
  invokes?: Invokes;
}

/** How many resources the program may register at once, as the Pulumi CLI has it for a small machine. */
const PARALLEL = 16;

/**
 * Runs the Pulumi program of a project without Pulumi's engine: serves it the engine's two services, and makes,
 * changes or deletes what it registers through the AWS SDK at `endpoint`, or records it. With `previous` it changes
 * only what differs or is gone. A rehearsal, not an engine: no preview, no drift but what is missing.
 *
 * Throws one DeployError for the first thing that goes wrong, when the program has ended and nothing is under way
 * any more; its `deployment` is what exists then, to be given to the next try.
 */
export async function deploy(options: DeployOptions): Promise<Deployment> {
  const project = await readPulumiProject(options.projectDir);
  const region = readRegion(options);
  const credentials = options.credentials ?? { accessKeyId: "test", secretAccessKey: "test" };
  const aws = openAws({ endpoint: options.endpoint, ...credentials });
  const ledger = new Ledger(options.previous);
  const guard = new RunGuard(options.signal);
  const listener = new ProgramListener(options.onMessage ?? (() => {}));
  const calls = new MakerCalls({
    makers: options.makers ?? awsMakers,
    region,
    awsIn: aws.inRegion,
    randomHex: () => randomBytes(4).toString("hex").slice(0, 7),
  });
  const keeper = new ResourceKeeper(ledger, calls);
  let outputs: PropertyMap = {};
  let server: LoopbackServer | undefined;

  try {
    server = await serveOnLoopback({
      engine: createEngineService((severity, message) => listener.hear(severity, message)),
      monitor: createMonitorService({
        place: { project: project.name, stack: options.stack },
        ledger,
        keeper,
        calls,
        invokes: options.invokes ?? awsInvokes,
        aws: (wanted = region): AwsClients => aws.inRegion(wanted),
        onStackOutputs: (values) => {
          outputs = values;
        },
        orFail: (work) => guard.orFail(work),
      }),
    });
    const { stack, config, secretConfigKeys = [] } = options;
    const engineAddress = server.address;
    await runProgram(
      { project, stack, config, secretConfigKeys, engineAddress, parallel: PARALLEL },
      listener,
      guard.signal,
    );
    await keeper.deleteTheRest(guard.signal);
    return summarize(ledger, outputs);
  } catch (error) {
    await guard.settle();
    const failure = toDeployError(error);
    failure.deployment = summarize(ledger, outputs);
    throw failure;
  } finally {
    server?.close();
    aws.close();
  }
}

function readRegion({ config, stack }: DeployOptions): string {
  const region = config["aws:region"];
  if (region) return region;
  throw new DeployError(`The configuration of ${stack} names no Region.`, {
    remedy: "Set aws:region in the stack file.",
  });
}

function summarize(ledger: Ledger, outputs: PropertyMap): Deployment {
  const registrations = ledger.registrations();
  return {
    registrations,
    leftovers: ledger.leftovers(),
    outputs,
    ...ledger.tally,
    recordedBecause: registrations.flatMap(({ urn, recordedBecause }) =>
      recordedBecause === undefined ? [] : [{ urn, reason: recordedBecause }],
    ),
  };
}
