import { ACCESS_LOG_COLUMNS, ACCESS_LOG_PATTERN, type Column } from "./access-log-format.ts";
import { TRAIL_COLUMNS } from "./trail-format.ts";

/** A table over logs in a bucket, as Glue keeps it and Athena reads it. */
export interface LogTable {
  name: string;
  description: string;
  /** The folder of the logs, with a slash last. */
  location: string;
  columns: readonly Column[];
  /** The columns that folders stand for; Athena works the folders out and reads no others. */
  partitions: readonly Column[];
  parameters: Record<string, string>;
  inputFormat: string;
  serializer: { library: string; parameters: Record<string, string> };
}

/** Output formats are asked for, and never used: nothing is written through these tables. */
export const OUTPUT_FORMAT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";

/** Requests to the load balancer, a folder for each day of UTC. */
export function accessLogTable({
  bucket,
  account,
  region,
  keepDays,
}: {
  bucket: string;
  account: string;
  region: string;
  keepDays: number;
}): LogTable {
  const location = `s3://${bucket}/${accessLogFolder({ account, region })}`;
  return {
    name: "access_logs",
    description: "Requests to the load balancer",
    location,
    columns: ACCESS_LOG_COLUMNS,
    partitions: [DAY],
    parameters: folders(keepDays, `${location}\${day}`),
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    serializer: {
      library: "org.apache.hadoop.hive.serde2.RegexSerDe",
      parameters: { "input.regex": ACCESS_LOG_PATTERN, "serialization.format": "1" },
    },
  };
}

/** Where ELB puts its logs within the bucket (Application Load Balancers, "Access log files"). */
export function accessLogFolder({ account, region }: { account: string; region: string }): string {
  return `AWSLogs/${account}/elasticloadbalancing/${region}/`;
}

/** What CloudTrail wrote down, a folder for each Region and day of UTC. */
export function trailTable({
  location,
  regions,
  keepDays,
}: {
  location: string;
  /** The Regions in which something of the stack happens. */
  regions: readonly string[];
  keepDays: number;
}): LogTable {
  return {
    name: "trail",
    description: "Calls to AWS, sign-ins among them, as CloudTrail wrote them down",
    location,
    columns: TRAIL_COLUMNS,
    partitions: [{ name: "region", type: "string" }, DAY],
    parameters: {
      ...folders(keepDays, `${location}\${region}/\${day}`),
      "projection.region.type": "enum",
      "projection.region.values": regions.join(","),
    },
    inputFormat: "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
    serializer: {
      library: "org.apache.hive.hcatalog.data.JsonSerDe",
      parameters: { "serialization.format": "1" },
    },
  };
}

/** The Regions whose folders a stack's events lie in: sign-in to AWS itself and IAM are written in N. Virginia. */
export function trailRegions({ region, copyTo }: { region: string; copyTo?: string | undefined }): string[] {
  return [...new Set([region, ...(copyTo === undefined ? [] : [copyTo]), "us-east-1"])];
}

/** What workgroup and database are called; Athena takes no hyphens in the name of a database. */
export function queryNames(stack: string): { workgroup: string; database: string } {
  return { workgroup: `sekisho-${stack}`, database: `sekisho_${stack.replaceAll("-", "_")}` };
}

const DAY: Column = { name: "day", type: "string" };

/** Partition projection (Amazon Athena User Guide): folders follow from dates, so none must be entered by hand. */
function folders(keepDays: number, template: string): Record<string, string> {
  return {
    EXTERNAL: "TRUE",
    "projection.enabled": "true",
    "projection.day.type": "date",
    "projection.day.format": "yyyy/MM/dd",
    "projection.day.range": `NOW-${keepDays + 1}DAYS,NOW`,
    "projection.day.interval": "1",
    "projection.day.interval.unit": "DAYS",
    "storage.location.template": template,
  };
}
