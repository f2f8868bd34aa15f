import { escapeHtml } from "../../infra/messages/message-rendering.ts";
import { formatCount } from "../../runbooks/runtime/progress.ts";
import {
  describeCommandLine,
  describeFailure,
  describeLinked,
  describeRotation,
  describeSignIn,
  type RehearsalReport,
} from "./report.ts";
import type { StackPicture } from "./stack-picture.ts";

/** What a rehearsal found, and the stack it built, as one page that needs nothing else: no request, no script. */
export function createReportPage({ report, stack, picture }: ReportPage): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>Rehearsal of ${escapeHtml(stack)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    `<h1>Rehearsal of <em>${escapeHtml(stack)}</em></h1>`,
    verdict(report),
    facts(report),
    '<h2 id="stack">The stack</h2>',
    '<p class="hint">The picture is wider than this window: scroll it sideways.</p>',
    `<div class="picture" tabindex="0" role="region" aria-labelledby="stack">${picture.svg}</div>`,
    legend(picture),
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

export interface ReportPage {
  report: RehearsalReport;
  stack: string;
  picture: StackPicture;
}

function verdict(report: RehearsalReport): string {
  return report.ok
    ? '<p class="verdict">It succeeded: the user pool was lost, and every user came back out of the backup.</p>'
    : `<p class="verdict failed">It failed: ${describeFailure(report)}.</p>`;
}

function facts({ deployed, users, backup, rotation, signIn, reimport, seconds }: RehearsalReport): string {
  const rows: [string, string][] = [
    [
      "Deployed",
      `${deployed.created} resources created, ${deployed.recorded} recorded, in ${seconds.deploy} s`,
    ],
    ["Seeded", `${formatCount(users.seeded)} users`],
    ["Backed up", `${formatCount(users.backedUp)} users in ${backup.parts} parts, in ${seconds.backup} s`],
    ["Verified", `${formatCount(users.verified)} users`],
    ["Rotated", `${describeRotation({ rotation })}, in ${seconds.rotation} s`],
    ["Credentials", `${describeCommandLine({ signIn })}, in ${seconds.signIn} s`],
    ["Pool lost", `on purpose, and built again in ${seconds.rebuild} s`],
    [
      "Re-imported",
      `${formatCount(reimport.created)} users, ${describeLinked(reimport)}, in ${seconds.reimport} s`,
    ],
    ["Compared", `${formatCount(reimport.verified)} users, every attribute and group`],
    ["Signed in", describeSignIn(reimport)],
    ["Backup set", backup.set],
    ["Altogether", `${seconds.total} s`],
  ];
  const items = rows.map(([what, found]) => `<dt>${what}</dt><dd>${escapeHtml(found)}</dd>`);
  return `<dl>\n${items.join("\n")}\n</dl>`;
}

function legend({ steps }: StackPicture): string {
  return `<ol class="legend">\n${steps.map((what) => `<li>${escapeHtml(what)}</li>`).join("\n")}\n</ol>`;
}

/** Below it letters would be too small to read, so that the picture scrolls; the page's margins come on top. */
const NARROWEST_PICTURE = 900;
const MARGINS = 40;

const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --ink: #22262b; --soft: #63696f; --accent: #24524a; --bad: #9b1c1c;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191b; --ink: #e8e6e1; --soft: #a2a9ad; --accent: #8fc7ba; --bad: #f5a3a3; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", sans-serif;
}
main { max-width: 1240px; margin: 0 auto; padding: 40px 20px 80px; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 28px; font-weight: 600; line-height: 1.25; }
h1 em { font-style: normal; color: var(--accent); }
h2 { margin: 44px 0 12px; font-size: 20px; font-weight: 600; }
.verdict { margin: 8px 0 24px; color: var(--accent); }
.failed { color: var(--bad); font-weight: 600; }
dl { margin: 0; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; }
dt { color: var(--soft); }
dd { margin: 0; }
.picture { overflow-x: auto; }
.picture svg { display: block; width: 100%; min-width: ${NARROWEST_PICTURE}px; height: auto; }
.hint { display: none; margin: 0 0 12px; color: var(--soft); }
@media (max-width: ${NARROWEST_PICTURE + MARGINS - 1}px) { .hint { display: block; } }
.legend { margin: 20px 0 0; padding-left: 28px; }
.legend li::marker { color: var(--accent); font-weight: 600; }
`;
