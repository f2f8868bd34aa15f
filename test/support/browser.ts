import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

/** What a page did while it was open, besides showing itself. */
export interface PageRecord {
  page: Page;
  /** Addresses asked for, the page's own left out. */
  requests: string[];
  /** Errors of scripts, and whatever the browser complained about. */
  complaints: string[];
}

const CHROMIUM = "/usr/bin/chromium";

/** A headless Chromium; a machine without one fails with the way to get it, so that nothing is skipped unseen. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `These tests look at pages in ${CHROMIUM}, which is not there; run: apt-get install chromium`,
    );
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
  });
}

/** Opens a file as a person would, in a window so wide, and waits until it has loaded. */
export async function openPage(
  browser: Browser,
  file: string,
  { width, colorScheme = "light" }: { width: number; colorScheme?: "light" | "dark" },
): Promise<PageRecord> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const url = `file://${file}`;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on("requestfailed", (request) => {
    // Refused by the page's own policy before anything left the machine.
    if (request.failure()?.errorText === "csp") requests.splice(requests.indexOf(request.url()), 1);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints };
}
