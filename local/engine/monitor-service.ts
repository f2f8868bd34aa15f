import type grpc from "@grpc/grpc-js";
import resource, {
  type ReadResourceRequest,
  type RegisterPackageRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { AwsClients } from "../apply/aws-clients.ts";
import { readAwsError } from "../apply/aws-errors.ts";
import type { Invokes } from "../apply/maker.ts";
import { type ResourceRequest, readRequest } from "./declaration.ts";
import { DeployError } from "./deploy-error.ts";
import { findInputFault } from "./input-faults.ts";
import type { Ledger } from "./ledger.ts";
import { answer } from "./loopback-server.ts";
import type { MakerCalls } from "./maker-calls.ts";
import { openProperties, type PropertyMap, sealProperties } from "./property-values.ts";
import { describeResource } from "./registration.ts";
import type { ResourceKeeper } from "./resource-keeper.ts";
import type { Place } from "./urn.ts";

export interface MonitorWorld {
  place: Place;
  ledger: Ledger;
  keeper: ResourceKeeper;
  calls: MakerCalls;
  invokes: Invokes;
  aws: (region?: string) => AwsClients;
  /** Takes the stack's outputs; secrets read "[secret]". */
  onStackOutputs: (outputs: PropertyMap) => void;
  /** Runs work whose failure ends the deployment. */
  orFail: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

const features = resource.ResourceMonitorFeature;
const SUPPORTED = [
  features.RESOURCE_MONITOR_FEATURE_SECRETS,
  features.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  features.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  features.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  features.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  features.RESOURCE_MONITOR_FEATURE_INVOKE_DEPENDS_ON,
];

/** Pulumi's ResourceMonitor service for one run of the program. */
export function createMonitorService(world: MonitorWorld): grpc.UntypedServiceImplementation {
  return {
    getDeploymentInfo: answer(() => {
      const response = new resource.DeploymentInfo();
      response.setSupportedfeaturesList(SUPPORTED);
      return response;
    }),
    // Asked only by SDKs older than getDeploymentInfo.
    supportsFeature: answer((_request: SupportsFeatureRequest) => new resource.SupportsFeatureResponse()),
    registerPackage: answer((_request: RegisterPackageRequest) => new resource.RegisterPackageResponse()),
    registerResource: answer((request: RegisterResourceRequest) =>
      world.orFail(() => registerResource(request, world)),
    ),
    registerResourceOutputs: answer((request: RegisterResourceOutputsRequest) => {
      takeOutputs(request, world);
      return new empty.Empty();
    }),
    readResource: answer((request: ReadResourceRequest) => world.orFail(() => readResource(request, world))),
    invoke: answer((request: ResourceInvokeRequest) => invoke(request, world)),
    signalAndWaitForShutdown: answer(() => new empty.Empty()),
  };
}

async function registerResource(request: RegisterResourceRequest, world: MonitorWorld) {
  const asked = readRequest(request, world.place, world.ledger.find(request.getParent()));
  checkInputs(asked);
  const { declaration } = asked;
  const registration = await world.keeper.keep(declaration);
  const response = new resource.RegisterResourceResponse();
  response.setUrn(registration.urn);
  response.setId(registration.id);
  response.setObject(sealProperties(registration.outputs, registration.secretOutputs));
  return response;
}

function checkInputs({ declaration, unknowns, assets }: ResourceRequest): void {
  const { inputs, options } = declaration;
  const fault = findInputFault({ ...inputs, replacementTrigger: options.replacementTrigger }, assets);
  if (fault) {
    throw new DeployError(
      `${describeResource(declaration)}: the input ${fault.path} contains "${fault.slip}", so a value was put into text before it was there.`,
      { remedy: "Build that text inside apply or with pulumi.interpolate." },
    );
  }
  if (unknowns.length > 0) {
    throw new DeployError(
      `${describeResource(declaration)}: the input ${unknowns.join(", ")} is not known, which only a preview may leave open.`,
    );
  }
}

async function readResource(request: ReadResourceRequest, { calls, place }: MonitorWorld) {
  const [type, name, id] = [request.getType(), request.getName(), request.getId()];
  const { values } = openProperties(request.getProperties());
  const outputs = await calls.readForeign({ type, name }, id, values);
  const response = new resource.ReadResourceResponse();
  response.setUrn(`urn:pulumi:${place.stack}::${place.project}::${type}::${name}`);
  response.setProperties(sealProperties(outputs, request.getAdditionalsecretoutputsList()));
  return response;
}

function takeOutputs(
  request: RegisterResourceOutputsRequest,
  { ledger, onStackOutputs }: MonitorWorld,
): void {
  if (ledger.find(request.getUrn())?.type !== "pulumi:pulumi:Stack") return;
  const { values, secrets } = openProperties(request.getOutputs());
  onStackOutputs({ ...values, ...Object.fromEntries(secrets.map((key) => [key, "[secret]"])) });
}

async function invoke(request: ResourceInvokeRequest, world: MonitorWorld) {
  const token = request.getTok();
  const run = await world.orFail(async () => {
    const known = world.invokes[token];
    if (known) return known;
    throw new DeployError(`The program calls ${token}, which the local deployment cannot answer.`, {
      remedy: "Add an answer for it in local/apply/invokes.ts.",
    });
  });
  const { values } = openProperties(request.getArgs());
  const region = typeof values.region === "string" ? values.region : undefined;
  // The program may catch what a provider function throws, so its failure does not end the deployment.
  const found = await run(values, world.aws(region)).catch((cause: unknown) => {
    throw new Error(`invocation of ${token} returned an error: ${readAwsError(cause)}`, { cause });
  });
  const response = new resource.ResourceInvokeResponse();
  response.setReturn(sealProperties(found));
  return response;
}
