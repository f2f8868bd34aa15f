import type grpc from "@grpc/grpc-js";
import engine, {
  type LogRequest,
  type RequirePulumiVersionRequest,
  type SetRootResourceRequest,
} from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { answer } from "./loopback-server.ts";

export type Severity = "debug" | "info" | "warning" | "error";

const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

/** Pulumi's Engine service: takes the program's messages and remembers its root resource. */
export function createEngineService(
  onMessage: (severity: Severity, message: string) => void,
): grpc.UntypedServiceImplementation {
  let rootUrn = "";
  return {
    log: answer((request: LogRequest) => {
      onMessage(SEVERITIES[request.getSeverity()] ?? "info", request.getMessage());
      return new empty.Empty();
    }),
    setRootResource: answer((request: SetRootResourceRequest) => {
      rootUrn = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
    getRootResource: answer(() => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(rootUrn);
      return response;
    }),
    // Every version is fine: there is no CLI whose version could be too old.
    requirePulumiVersion: answer(
      (_request: RequirePulumiVersionRequest) => new engine.RequirePulumiVersionResponse(),
    ),
  };
}
