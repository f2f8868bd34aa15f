import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runbookRoles } from "../../../infra/runbook-access/runbook-roles.ts";
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
  reimport: { planned: 1000, created: 1000, verified: 1000, linked: 2, impossible: 0, signedIn: true },
  seconds: { deploy: 5.7, backup: 12, rotation: 9.1, signIn: 8.2, rebuild: 4.5, reimport: 9.8, total: 38.6 },
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
      ...["who", "users", "mail", "functions", "outputs", "backups", "alarms", "others"],
    ]);
    expect(describeRooms(minimal, []).map(({ id }) => id)).toEqual([
      "who",
      "users",
      "mail",
      "outputs",
      "backups",
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

  it("tells who reaches the sign-in pages and the API: the lists that the guard enforces", () => {
    expect(linesOf(goodSettings(), "guard")).toEqual([
      "Sign-in pages: browsers from",
      ...["192.0.2.0/24", "2001:db8:1234::/48", "203.0.113.0/24"],
      "API of the user pool: programs from",
      ...["192.0.2.0/24", "198.51.100.0/25", "2001:db8:1234::/48", "203.0.113.0/24"],
      "at most 3000 requests of one address in five minutes",
    ]);
    const open = goodSettings([["guard"], { allowAnywhere: ["pages"] }]);
    expect(linesOf(open, "guard")?.slice(0, 5)).toEqual([
      "Sign-in pages: browsers from",
      "everywhere",
      "API of the user pool: programs from",
      ...["2001:db8:1234::/48", "203.0.113.0/24"],
    ]);
    const closed = goodSettings([["guard"], {}], [["routes"], undefined], [["clients", "web"], undefined]);
    expect(linesOf(closed, "guard")?.filter((line) => line === "nowhere")).toHaveLength(2);
  });

  it("names who takes the roles of runbooks, and says where there are none", () => {
    expect(linesOf(goodSettings(), "outputs")).toEqual([
      "parameters /sekisho/dev/…",
      "log /sekisho/dev/runbooks",
      "people who must not come back",
      `${runbookRoles.length} runbook roles, taken by`,
      "role/ops",
      "who signed in to AWS with a second factor",
    ]);
    expect(linesOf(minimal, "outputs")).toEqual([
      "parameters /sekisho/dev/…",
      "log /sekisho/dev/runbooks",
      "people who must not come back",
      "no roles: whoever runs them needs rights of their own",
    ]);
  });

  it("leads from the rules past the guard to the sign-in page, and to clients and AWS access", () => {
    const { svg, steps } = drawStack("dev", roomsOf(goodSettings()));
    expect(steps).toEqual([
      "the first rule that fits decides",
      "who must sign in is sent to the sign-in",
      "the guard lets in whom its lists name",
      "password and second factor",
      "on to the application",
      "every sign-in is made through one of the clients",
      "a sign-in through the client named there is good for an AWS role",
    ]);
    expect([...svg.matchAll(/class="stack-number"[^>]*>(\d+)</g)].map(([, number]) => number)).toEqual(
      steps.map((_, index) => String(index + 1)),
    );
    expect(placeOf(svg, "guard")?.x).toBe(placeOf(svg, "signInPage")?.x);
    expect(placeOf(svg, "guard")?.y).toBeLessThan(placeOf(svg, "signInPage")?.y ?? 0);
    expect(drawStack("dev", roomsOf(minimal)).steps).toEqual(["people come"]);
  });

  it("leaves no room alone beneath a full row", () => {
    const kept = ["backups", "copy", "audit", "alarms", "keys", "others"] as const;
    for (let count = 2; count <= kept.length; count++) {
      const ids = kept.slice(0, count);
      const { svg } = drawStack("dev", [
        { id: "users", title: "Users", lines: [] },
        { id: "mail", title: "Mail", lines: [] },
        ...ids.map((id) => ({ id, title: id, lines: [] })),
      ]);
      const heights = ids.map((id) => placeOf(svg, id)?.y);
      for (const height of heights) {
        expect(heights.filter((other) => other === height).length).toBeGreaterThan(1);
      }
    }
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
    const { svg } = drawStack("dev", [
      { id: "users", title: "<script>", lines: [{ text: `</text><a href="x">'&`, tone: "plain" }] },
      ...describeRooms(settings, []).filter(({ id }) => id !== "users"),
    ]);
    expect(svg).not.toMatch(/<script|<a /);
    expect(svg).toContain("&lt;/text&gt;&lt;a");
  });
});

function placeOf(svg: string, id: string): { x: number; y: number } | undefined {
  const [, x, y] =
    new RegExp(`data-room="${id}">\\n<rect class="stack-room" x="([\\d.]+)" y="([\\d.]+)"`).exec(svg) ?? [];
  return x === undefined ? undefined : { x: Number(x), y: Number(y) };
}

describe("the page of a rehearsal", () => {
  it("says on a narrow screen what the numbers stand for, beneath the picture, and how to see all of it", async () => {
    const { steps } = drawStack("dev", describeRooms(goodSettings(), registrations));
    for (const [width, isCut] of [
      [360, true],
      [939, true],
      [940, false],
      [1280, false],
    ] as const) {
      const { page } = await openReport(goodSettings(), report, width);
      expect(await page.locator("ol.legend li").allInnerTexts()).toEqual(steps);
      const legend = await page.locator("ol.legend").boundingBox();
      const picture = await page.locator(".picture").boundingBox();
      if (!legend || !picture) throw new Error("The legend or the picture is not shown.");
      expect(legend.y).toBeGreaterThanOrEqual(picture.y + picture.height);
      expect(legend.x + legend.width).toBeLessThanOrEqual(width);
      const scrolls =
        "document.querySelector('.picture').scrollWidth > document.querySelector('.picture').clientWidth";
      expect(await page.evaluate(scrolls)).toBe(isCut);
      expect(await page.locator(".hint").isVisible()).toBe(isCut);
      await page.close();
    }
  });

  it("says what was found", async () => {
    const { page } = await openReport(goodSettings(), report, 1280);
    const text = String(await page.evaluate("document.body.innerText"));
    await page.close();
    expect(text).toContain(
      "It succeeded: the user pool was lost, and every user came back out of the backup.",
    );
    expect(text).toContain("95 resources created, 6 recorded, in 5.7 s");
    expect(text).toContain("s3://backups/pool/20261121T030000Z-1a2b/");
  });

  it("says loudly that users are missing after the re-import", async () => {
    const found = { ...report, ok: false, reimport: { ...report.reimport, verified: 999 } };
    const { page } = await openReport(goodSettings(), found, 1280);
    expect(await page.locator(".verdict").innerText()).toBe(
      "It failed: users did not come back as they were.",
    );
    expect(await page.locator("dd").allInnerTexts()).toContain("999 users, every attribute and group");
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
    expect(wrapText("from 203.0.113.0/24, 2001:db8:1234::/48", 22.4)).toHaveLength(1);
    expect(wrapText("second factor required: text message", 10)).toEqual([
      "second factor",
      "required: text",
      "message",
    ]);
    expect(wrapText("w".repeat(25), 10)).toEqual(["w".repeat(10), "w".repeat(10), "w".repeat(5)]);
  });
});
