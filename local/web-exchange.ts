/** A request of a browser or of a program that speaks plain HTTP, as a web server of the local AWS sees it. */
export interface WebRequest {
  method: string;
  /** In lower case, without a port. */
  host: string;
  /** Path and query as they were sent. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}
export interface WebAnswer {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | readonly string[]>>;
  body: string;
}
