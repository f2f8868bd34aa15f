import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewMessages } from "../../../runbooks/messages/message-previews.ts";
import { createPreviewPage, type PreviewPage } from "../../../runbooks/messages/preview-page.ts";
import { launchBrowser, openPage, type PageRecord } from "../../support/browser.ts";
import { builtInMessages } from "../../support/stack-messages.ts";
import { users } from "../../support/users-settings.ts";

const settings = { users: users(), mfa: { mode: "required" as const, factors: ["sms" as const] } };
const previews = previewMessages(settings, builtInMessages());
const good: PreviewPage = {
  stack: "dev",
  sender: "Example Support <support@example.com>",
  smsSender: "Example",
  username: "hanako.yamada@example.com",
  hasFunction: true,
  pricePerPart: 0.0745,
  faults: [],
  previews,
};
const IDS = [
  ...["pool-invitation", "pool-verification", "pool-mfa", "function-invitation", "function-signUp"],
  ...["function-passwordReset", "function-contactChange", "function-mfa"],
];

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "preview-"));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

async function open(page: PreviewPage, width: number): Promise<PageRecord> {
  const file = join(folder, "page.html");
  await writeFile(file, createPreviewPage(page));
  return openPage(browser, file, { width });
}

describe.each([[360], [1280]])("the preview page in a window of %i pixels", (width) => {
  it("shows every message whole, as mail and as text message", async () => {
    const { page } = await open(good, width);
    expect(await page.evaluate("[...document.querySelectorAll('article')].map(({ id }) => id)")).toEqual(IDS);
    for (const { id, mail, sms } of previews) {
      const article = page.locator(`#${id}`);
      expect(await article.locator(".bubble").innerText()).toBe(sms.text);
      expect(await article.locator(".subject").innerText()).toBe(mail.subject);
      const frame = article.frameLocator("iframe");
      expect(await frame.locator("body").innerText()).toContain(
        mail.html.includes("Kp7#") ? "Kp7#wR2m&xT9qL" : "123456",
      );
    }
    await page.close();
  });

  it("overflows nowhere, and hides nothing of a mail behind a scroll bar", async () => {
    const { page } = await open(good, width);
    const sizes = await page.evaluate(`[
      [document.documentElement.scrollWidth - document.documentElement.clientWidth, 0],
      ...[...document.querySelectorAll("iframe")]
        .map((frame) => frame.contentDocument.documentElement)
        .map((root) => [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight]),
    ]`);
    expect(sizes).toEqual(Array.from({ length: IDS.length + 1 }, () => [0, 0]));
    await page.close();
  });

  it("asks nobody for anything, and nothing on it goes wrong", async () => {
    const { page, requests, complaints } = await open(good, width);
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });
});

describe("a mail that means harm", () => {
  const harmful = [
    "<title>x</title>",
    "<script>parent.document.title = 'taken'</script>",
    `<img src="https://tracker.example/pixel.png" onerror="parent.document.title = 'taken'">`,
    "<p>{####}</p></template></iframe>\"><h1 id='escaped'>x</h1>",
  ].join("\n");

  it("runs nothing, loads nothing and stays in its frame", async () => {
    const messages = builtInMessages();
    const mfa = { ...messages.sources.mfa, mail: harmful };
    const spoiled = previewMessages(settings, { ...messages, sources: { ...messages.sources, mfa } });
    const { page, requests } = await open({ ...good, previews: spoiled }, 1280);
    expect(await page.title()).toBe("Messages of dev");
    expect(requests).toEqual([]);
    expect(await page.locator("#escaped").count()).toBe(0);
    expect(await page.locator("#pool-mfa").frameLocator("iframe").locator("#escaped").count()).toBe(1);
    expect(await page.locator("#pool-mfa .remarks").innerText()).toContain("loads pictures from elsewhere");
    await page.close();
  });
});

describe("the preview page", () => {
  it("says what is wrong, above everything else", async () => {
    const faults = [{ path: "sekisho:messages.mfa.mail", message: "names a.html, which never closes <p>" }];
    const { page } = await open({ ...good, faults }, 360);
    expect(await page.locator("#faults").innerText()).toContain(
      "1 fault; the stack cannot be deployed with it",
    );
    expect(await page.locator("#faults li").innerText()).toBe(
      "sekisho:messages.mfa.mail names a.html, which never closes <p>",
    );
    await page.close();
  });

  it("says what a text message costs, and what this stack never sends", async () => {
    const { page } = await open(good, 1280);
    expect(await page.locator("#pool-invitation .sms .facts").innerText()).toBe(
      "50 characters (UCS-2), 1 part, about 74.50 USD per 1,000",
    );
    expect(await page.locator("#pool-mfa .mail .facts").innerText()).toContain("this stack never sends it");
    expect(await page.locator("#function-signUp .unsent").count()).toBe(2);
    expect(await page.locator("#function-signUp .sms .facts").innerText()).not.toContain("USD");
    await page.close();
  });

  it("says when the function is not there", async () => {
    const { page } = await open({ ...good, hasFunction: false }, 1280);
    expect(await page.locator(".group").nth(1).innerText()).toContain(
      "This stack does not have the function: these go out only with customMessage: true under sekisho:triggers.",
    );
    await page.close();
  });
});
