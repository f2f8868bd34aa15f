import { createServer, type IncomingHttpHeaders } from "node:http";
import { buffer } from "node:stream/consumers";

export interface Echoed {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface EchoServer {
  url: string;
  /** Everything that arrived, oldest first. */
  received: Echoed[];
  /** How many connections were made. */
  connections: () => number;
  close: () => Promise<void>;
}

/** Stands in for MiniStack: notes what arrives and answers with the same bytes. */
export async function startEchoServer(): Promise<EchoServer> {
  const received: Echoed[] = [];
  let connections = 0;
  const server = createServer(async (message, response) => {
    const body = await buffer(message);
    received.push({ method: message.method ?? "", path: message.url ?? "", headers: message.headers, body });
    response.writeHead(200, { "content-type": "application/octet-stream", etag: '"echo"' });
    response.end(body);
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
