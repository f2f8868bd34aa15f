import { createServer } from "node:http";

/** Answers MiniStack's health check and nothing else, so that a world needs no Python. */
export async function startStandInMiniStack(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((message, response) => {
    response.statusCode = message.url === "/_ministack/health" ? 200 : 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
