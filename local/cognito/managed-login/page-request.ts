import type { WebRequest } from "../../web-exchange.ts";
import type { Pool, World } from "../state.ts";

/** A request to the web servers of a user pool, taken apart. */
export interface PageRequest {
  world: World;
  pool: Pool;
  host: string;
  headers: WebRequest["headers"];
  query: URLSearchParams;
  /** Empty for a body that is no form. */
  form: URLSearchParams;
}

/** Takes a request to a pool's host apart. */
export function readPageRequest(world: World, pool: Pool, request: WebRequest, url: URL): PageRequest {
  const { host, headers, body } = request;
  return {
    world,
    pool,
    host,
    headers,
    query: url.searchParams,
    form: new URLSearchParams(isForm(headers) ? body : ""),
  };
}

/** The first cookie of a name. */
export function readCookie(headers: WebRequest["headers"], wanted: string): string | undefined {
  for (const pair of (headers.cookie ?? "").split(";")) {
    const [name = "", ...value] = pair.split("=");
    if (name.trim() === wanted) return value.join("=").trim();
  }
  return undefined;
}

function isForm(headers: WebRequest["headers"]): boolean {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  return type === "application/x-www-form-urlencoded";
}
