import { describe, expect, test } from "vitest";
import {
  accessLogFolder,
  accessLogTable,
  type LogTable,
  queryNames,
  trailRegions,
  trailTable,
} from "../../../infra/audit/log-tables.ts";

const place = { account: "123456789012", region: "ap-northeast-1" };
const accessLogs = accessLogTable({ bucket: "logs", ...place, keepDays: 365 });
const trail = trailTable({
  location: "s3://evidence/AWSLogs/123456789012/CloudTrail/",
  regions: ["ap-northeast-1", "us-east-1"],
  keepDays: 90,
});

/** The folder that Athena works out for values of the partition columns. */
function folderOf({ parameters }: LogTable, values: Record<string, string>): string {
  const template = parameters["storage.location.template"] ?? "";
  return template.replaceAll(/\$\{(\w+)\}/g, (_, column: string) => values[column] ?? `<${column}?>`);
}

describe("tables over logs", () => {
  test("look for a day's requests where the load balancer puts them", () => {
    expect(folderOf(accessLogs, { day: "2026/11/21" })).toBe(
      "s3://logs/AWSLogs/123456789012/elasticloadbalancing/ap-northeast-1/2026/11/21",
    );
    expect(accessLogFolder(place)).toBe("AWSLogs/123456789012/elasticloadbalancing/ap-northeast-1/");
  });

  test("look for a day's events where CloudTrail puts them, in each Region of the stack", () => {
    expect(folderOf(trail, { region: "us-east-1", day: "2026/11/21" })).toBe(
      "s3://evidence/AWSLogs/123456789012/CloudTrail/us-east-1/2026/11/21",
    );
    expect(trail.parameters["projection.region.values"]).toBe("ap-northeast-1,us-east-1");
  });

  test.each([
    ["access_logs", accessLogs, "NOW-366DAYS,NOW"],
    ["trail", trail, "NOW-91DAYS,NOW"],
  ])("read no folders older than what is kept: %s", (name, table, range) => {
    expect(table.name).toBe(name);
    expect(table.parameters).toMatchObject({
      "projection.enabled": "true",
      "projection.day.type": "date",
      "projection.day.format": "yyyy/MM/dd",
      "projection.day.range": range,
    });
  });

  test.each([
    ["access_logs", accessLogs],
    ["trail", trail],
  ])("project every partition column, or Athena refuses the question: %s", (_, table) => {
    for (const { name } of table.partitions) {
      expect(table.parameters).toHaveProperty([`projection.${name}.type`]);
      expect(table.parameters["storage.location.template"]).toContain(`\${${name}}`);
      expect(table.columns.map((column) => column.name)).not.toContain(name);
    }
  });

  test("are asked in a database whose name Athena can read", () => {
    expect(queryNames("prod-eu-1")).toEqual({
      workgroup: "sekisho-prod-eu-1",
      database: "sekisho_prod_eu_1",
    });
  });

  test("know types that nest without a bracket missing", () => {
    for (const { type } of trail.columns) {
      expect(type.split("<").length).toBe(type.split(">").length);
      expect(type).not.toContain(" ");
    }
    expect(trail.columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["eventtime", "sourceipaddress", "errorcode", "additionaleventdata"]),
    );
  });
});

describe("the Regions whose events are asked", () => {
  test.each([
    ["the stack's and N. Virginia", { region: "ap-northeast-1" }, ["ap-northeast-1", "us-east-1"]],
    [
      "also that of the copy",
      { region: "ap-northeast-1", copyTo: "ap-northeast-3" },
      ["ap-northeast-1", "ap-northeast-3", "us-east-1"],
    ],
    ["each once", { region: "us-east-1" }, ["us-east-1"]],
  ])("are %s", (_, settings, regions) => {
    expect(trailRegions(settings)).toEqual(regions);
  });
});
