/** A column of a table over logs, in the types of Hive, which Athena reads. */
export interface Column {
  name: string;
  type: string;
}

/**
 * The columns of the load balancer's access log and the pattern that cuts a line into them (Application Load
 * Balancers, "Access log entries"). Hive's RegexSerDe wants exactly one group for each column, and gives a line that
 * does not fit as nothing at all: so plain fields take anything without a space, the fields that came in later may
 * be absent, and what AWS appends one day is passed over.
 */
export const ACCESS_LOG_COLUMNS: readonly Column[] = [
  ...strings("type", "time", "elb", "client_ip"),
  { name: "client_port", type: "int" },
  ...strings("target_ip"),
  { name: "target_port", type: "int" },
  { name: "request_processing_time", type: "double" },
  { name: "target_processing_time", type: "double" },
  { name: "response_processing_time", type: "double" },
  { name: "elb_status_code", type: "int" },
  ...strings("target_status_code"),
  { name: "received_bytes", type: "bigint" },
  { name: "sent_bytes", type: "bigint" },
  ...strings("request_verb", "request_url", "request_proto", "user_agent", "ssl_cipher", "ssl_protocol"),
  ...strings("target_group_arn", "trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority"),
  ...strings("request_creation_time", "actions_executed", "redirect_url", "error_reason"),
  ...strings("target_port_list", "target_status_code_list", "classification", "classification_reason"),
  ...strings("conn_trace_id", "transformed_host", "transformed_uri", "request_transform_status"),
];

const PLAIN = "([^ ]*)";
const QUOTED = '"([^"]*)"';
const LATER = '"?([^" ]*)"?';

/** The pattern, for Java's and JavaScript's expressions alike; it means the whole line. */
export const ACCESS_LOG_PATTERN = [
  [PLAIN, PLAIN, PLAIN],
  // Addresses of version 6 have colons too; a request that reached no target has a hyphen.
  ["([^ ]*):([0-9]*)", "([^ ]*)[:-]([0-9]*)"],
  [PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN],
  // A broken request has hyphens for verb and version; an address may have spaces.
  ['"([^ ]*) (.*) (- |[^ ]*)"', QUOTED, PLAIN, PLAIN, PLAIN, QUOTED, QUOTED, QUOTED, PLAIN, PLAIN],
  [QUOTED, QUOTED, QUOTED, QUOTED, QUOTED, QUOTED, QUOTED],
]
  .flat()
  .join(" ")
  .concat(`(?: ${PLAIN}(?: ${LATER}(?: ${LATER}(?: ${LATER}(?: .*)?)?)?)?)?`);

function strings(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: "string" }));
}
