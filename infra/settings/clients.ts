/** How long what Cognito hands out stays valid, in minutes. */
export interface ClientValidity {
  authSessionMinutes: number;
  accessMinutes: number;
  idMinutes: number;
  refreshMinutes: number;
}

/** One app client of `sekisho:clients`. */
export interface ClientSettings {
  name: string;
  kind: "alb" | "cli" | "server" | "machine";
  /** Host names of the applications (alb); empty otherwise. */
  hosts: string[];
  /** Derived from the hosts (alb); empty otherwise. */
  callbackUrls: string[];
  logoutUrls: string[];
  /** cli: srp. server: as chosen. Empty otherwise. */
  flows: ("srp" | "password")[];
  /** machine: `<resource server>/<scope>`. alb: OpenID scopes. Empty otherwise. */
  scopes: string[];
  validity: ClientValidity;
  /** Attributes the client may read; never empty. */
  reads: string[];
  /** Attributes a user may change through the client; never empty. */
  writes: string[];
}
