import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import monitorService from "@pulumi/pulumi/proto/resource_grpc_pb.js";

export interface LoopbackServer {
  /** `127.0.0.1:<port>`, the port chosen free. */
  address: string;
  /** Ends every call and frees the port. */
  close: () => void;
}

// The size Pulumi's own engine allows: 400 MB.
const LARGEST_MESSAGE = 400 * 1024 * 1024;

/** Serves Pulumi's ResourceMonitor and Engine to one program, on loopback only. Methods left out answer UNIMPLEMENTED. */
export async function serveOnLoopback(services: {
  monitor: grpc.UntypedServiceImplementation;
  engine: grpc.UntypedServiceImplementation;
}): Promise<LoopbackServer> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": LARGEST_MESSAGE });
  server.addService(monitorService.ResourceMonitorService, services.monitor);
  server.addService(engineService.EngineService, services.engine);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A gRPC method from a function; what it throws reaches the caller as an error with its message. */
export function answer<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, done) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => done(null, response),
        (error: unknown) =>
          done({
            code: grpc.status.UNKNOWN,
            details: error instanceof Error ? error.message : String(error),
          }),
      );
  };
}
