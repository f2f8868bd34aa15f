import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSettings, type Settings } from "../../../infra/settings.ts";
import type { RehearsalReport } from "../../../local/rehearsal/report.ts";
import { createReportPage } from "../../../local/rehearsal/report-page.ts";
import { drawStack } from "../../../local/rehearsal/stack-picture.ts";
import { describeRooms } from "../../../local/rehearsal/stack-rooms.ts";
import { estimateWidth, wrapText } from "../../../local/rehearsal/text-lines.ts";
import { launchBrowser, openPage } from "../../support/browser.ts";
import { goodSettings, settingsOf } from "../../support/sample-settings.ts";

type Registered = Parameters<typeof describeRooms>[1][number];

const resource = (
  name: string,
  type: string,
  parent: string,
  inputs: Registered["inputs"] = {},
): Registered => ({
  urn: name,
  name,
  type,
  isCustom: !type.startsWith("sekisho:"),
  inputs,
  options: { parent },
});

const registrations: Registered[] = [
  resource("directory", "sekisho:index:UserDirectory", "stack"),
  resource("groups", "sekisho:index:UserGroups", "directory"),
  resource("users", "aws:cognito/userPool:UserPool", "directory"),
  resource("admins", "aws:cognito/userGroup:UserGroup", "groups"),
  resource("watch", "sekisho:index:Watch", "stack"),
  resource("sekisho-dev-backup", "aws:lambda/function:Function", "watch"),
  resource("missed", "aws:cloudwatch/metricAlarm:MetricAlarm", "watch"),
  resource("failed", "aws:cloudwatch/metricAlarm:MetricAlarm", "watch"),
  resource("ops", "aws:sns/topicSubscription:TopicSubscription", "watch", { endpoint: "ops@example.com" }),
  resource("nightly", "sekisho:index:ScheduledBackup", "stack"),
  resource("run", "aws:scheduler/schedule:Schedule", "nightly", { scheduleExpression: "cron(0 3 * * ? *)" }),
  resource("look", "aws:scheduler/schedule:Schedule", "watch", { scheduleExpression: "rate(1 day)" }),
  resource("stranger", "aws:x/y:Z", "watch"),
];

const minimal = settingsOf(
  readSettings({
    stack: "dev",
    region: "ap-northeast-1",
    config: { users: { signInWith: "email" }, mfa: { mode: "off" }, backup: { copyTo: "none" } },
  }),
);

const networks = Array.from({ length: 30 }, (_, index) => `2001:db8:${(index + 4096).toString(16)}::/48`);
const crowded = goodSettings(
  [["messages", "siteName"], "関所"],
  [["email", "from"], `"${"株式会社関所サポート".repeat(6)}" <support@example.com>`.replaceAll('"', "")],
  [["routes", "rules", 2, "from"], networks],
  [["routes", "rules", 2, "name"], "w".repeat(32)],
  [["signInPage", "domainPrefix"], "m".repeat(63)],
);

const report: RehearsalReport = {
  ok: true,
  deployed: { created: 95, recorded: 6 },
  users: { seeded: 1000, backedUp: 1000, verified: 1000 },
  backup: { set: "s3://backups/pool/20261121T030000Z-1a2b/", parts: 4 },
  seconds: { deploy: 5.7, backup: 12, total: 24.3 },
  page: "/project/.sekisho/rehearsal-dev.html",
};

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stack-picture-"));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

async function openReport(settings: Settings, found: RehearsalReport, width: number) {
  const file = join(folder, "report.html");
  const picture = drawStack(settings.stack, describeRooms(settings, registrations));
  await writeFile(file, createReportPage({ report: found, stack: settings.stack, picture }));
  return openPage(browser, file, { width });
}

/** Where everything in the picture is, in its own measure. */
const MEASURE = `(() => {
  const svg = document.querySelector("svg.stack-picture");
  const boxOf = (element) => {
    const { x, y, width, height } = element.getBBox();
    return { name: element.textContent.trim().slice(0, 40), x, y, width, height };
  };
  const { width, height } = svg.viewBox.baseVal;
  return {
    view: { width, height },
    texts: [...svg.querySelectorAll("text")].map(boxOf),
    rooms: [...svg.querySelectorAll("g[data-room]")].map((room) => ({
      ...boxOf(room.querySelector("rect")),
      name: room.dataset.room,
      texts: [...room.querySelectorAll("text")].map(boxOf),
    })),
  };
})()`;

interface Measured {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Picture {
  view: { width: number; height: number };
  texts: Measured[];
  rooms: (Measured & { texts: Measured[] })[];
}

function overlaps(boxes: readonly Measured[]): string[] {
  return boxes.flatMap((one, place) =>
    boxes
      .slice(place + 1)
      .filter(
        (other) =>
          one.x < other.x + other.width &&
          other.x < one.x + one.width &&
          // Letters that hang below a line may enter the room of the next one's accents.
          one.y + 4 < other.y + other.height &&
          other.y + 4 < one.y + one.height,
      )
      .map((other) => `${one.name} / ${other.name}`),
  );
}

function outside(box: Measured, around: Measured): boolean {
  return (
    box.x < around.x ||
    box.y < around.y ||
    box.x + box.width > around.x + around.width ||
    box.y + box.height > around.y + around.height
  );
}

describe.each<[string, Settings]>([
  ["the sample stack", goodSettings()],
  ["the least that a stack file says", minimal],
  ["a stack with many networks and long names", crowded],
])("the picture of %s", (_title, settings) => {
  it("keeps texts apart, in their rooms, and everything in view", async () => {
    const { page } = await openReport(settings, report, 1280);
    const { view, texts, rooms } = await page.evaluate<Picture>(MEASURE);
    await page.close();
    expect(texts.length).toBeGreaterThan(rooms.length);
    expect(overlaps(texts)).toEqual([]);
    expect(overlaps(rooms)).toEqual([]);
    const all = { name: "view", x: 0, y: 0, ...view };
    expect([...texts, ...rooms].filter((box) => outside(box, all)).map(({ name }) => name)).toEqual([]);
    const strays = rooms.flatMap((room) => room.texts.filter((text) => outside(text, room)));
    expect(strays.map(({ name }) => name)).toEqual([]);
  });

  it("stands on a page that asks nobody for anything and overflows nowhere", async () => {
    for (const width of [360, 1280]) {
      const { page, requests, complaints } = await openReport(settings, report, width);
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
      expect(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
      ).toBe(0);
      await page.close();
    }
  });
});

describe("the picture of a stack", () => {
  const roomsOf = (settings: Settings) => describeRooms(settings, registrations);
  const linesOf = (settings: Settings, id: string) =>
    roomsOf(settings)
      .find((room) => room.id === id)
      ?.lines.map(({ text }) => text);

  it("has a room for each feature that is on, and none for one that is off", () => {
    expect(roomsOf(minimal).map(({ id }) => id)).toEqual([
      ...["who", "users", "mail", "functions", "backups", "alarms", "outputs", "others"],
    ]);
    expect(describeRooms(minimal, []).map(({ id }) => id)).toEqual([
      "who",
      "users",
      "mail",
      "backups",
      "outputs",
    ]);
    expect(roomsOf(goodSettings()).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["clients", "awsAccess", "routes", "applications", "signInPage", "sms", "copy"]),
    );
  });

  it("names the rules in their order, with who, what and which way", () => {
    const lines = linesOf(goodSettings(), "routes") ?? [];
    expect(lines.filter((line) => /^\d+ {2}/.test(line))).toEqual([
      ...["10  signed-out", "20  internals", "30  api", "40  office"],
    ]);
    expect(lines.slice(lines.indexOf("40  office"))).toEqual([
      "40  office",
      "from 203.0.113.0/24, 2001:db8:1234::/48",
      "to app.example.com",
      "→ signs in with web, then passes",
      "everything else",
      "→ 403",
    ]);
    expect(lines).toContain("→ passes without sign-in");
  });

  it("says what was registered: resources, functions, schedules, alarms and who hears them", () => {
    expect(linesOf(minimal, "users")?.at(-1)).toBe("2 resources");
    expect(linesOf(minimal, "functions")).toEqual(["backup"]);
    expect(linesOf(minimal, "backups")).toEqual([
      "cron(0 3 * * ? *)",
      "kept for 35 days",
      "locked (governance)",
      "1 resource",
    ]);
    expect(linesOf(minimal, "alarms")).toEqual(["2 alarms", "to ops@example.com"]);
  });

  it("leaves out nothing: a resource no room is known for has a place too", () => {
    expect(linesOf(minimal, "others")).toEqual(["watch"]);
  });

  it("counts networks instead of listing thirty", () => {
    expect(linesOf(crowded, "routes")?.filter((line) => line.includes("more"))).toEqual([
      expect.stringMatching(/^from (2001:db8:\w+::\/48, ){5}and 25 more$/),
    ]);
  });

  it("cannot be broken out of by a name", () => {
    const settings = goodSettings();
    const svg = drawStack("dev", [
      { id: "users", title: "<script>", lines: [{ text: `</text><a href="x">'&`, tone: "plain" }] },
      ...describeRooms(settings, []).filter(({ id }) => id !== "users"),
    ]);
    expect(svg).not.toMatch(/<script|<a /);
    expect(svg).toContain("&lt;/text&gt;&lt;a");
  });
});

describe("the page of a rehearsal", () => {
  it("says what was found", async () => {
    const { page } = await openReport(goodSettings(), report, 1280);
    const text = String(await page.evaluate("document.body.innerText"));
    await page.close();
    expect(text).toContain("It succeeded: every user is in the backup, and the backup was read back.");
    expect(text).toContain("95 resources created, 6 recorded, in 5.7 s");
    expect(text).toContain("s3://backups/pool/20261121T030000Z-1a2b/");
  });

  it("says loudly that users are missing", async () => {
    const { page } = await openReport(goodSettings(), { ...report, ok: false }, 1280);
    expect(await page.locator(".verdict").innerText()).toBe("It failed: users are missing from the backup.");
    await page.close();
  });
});

describe("a text in lines", () => {
  it("loses nothing but the blanks between them, and no line is too wide", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.integer({ min: 3, max: 40 }),
        (words, ems) => {
          const text = words.join(" ");
          const lines = wrapText(text, ems);
          expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
          for (const line of lines) expect(estimateWidth(line)).toBeLessThanOrEqual(ems);
        },
      ),
    );
    expect(wrapText("second factor required: text message", 11)).toEqual([
      "second factor",
      "required: text",
      "message",
    ]);
    expect(wrapText("w".repeat(25), 10)).toEqual(["w".repeat(10), "w".repeat(10), "w".repeat(5)]);
  });
});
