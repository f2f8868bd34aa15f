import { createHash } from "node:crypto";
import { escapeHtml } from "../../infra/messages/message-rendering.ts";
import type { Fault } from "../../infra/settings.ts";
import { costPerThousand } from "../../infra/sms/sms-parts.ts";
import type { MessagePreview } from "./message-previews.ts";
import { PREVIEW_STYLE } from "./preview-style.ts";

/** What the page shows. */
export interface PreviewPage {
  stack: string;
  /** As mail readers show it. */
  sender: string;
  /** As phones show it. */
  smsSender: string;
  username: string;
  /** Whether the stack has the custom-message function. */
  hasFunction: boolean;
  /** USD; an estimate. */
  pricePerPart: number;
  faults: readonly Fault[];
  previews: readonly MessagePreview[];
}

/**
 * Every message on one page that needs nothing else: no request leaves it, and no script runs but the few lines that
 * fit each mail's frame to its height.
 */
export function createPreviewPage(page: PreviewPage): string {
  const { stack, faults, previews } = page;
  const own = previews.filter(({ from }) => from === "pool");
  const ofFunction = previews.filter(({ from }) => from === "function");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="referrer" content="no-referrer">',
    `<title>Messages of ${escapeHtml(stack)}</title>`,
    `<style>${PREVIEW_STYLE}</style>`,
    "</head>",
    "<body>",
    header(page),
    ...(faults.length > 0 ? [faultList(faults)] : []),
    group("What the pool says itself", "The same words for everybody; one text for every code.", own, page),
    group("What the custom-message function makes of it", functionNote(page), ofFunction, page),
    "</main>",
    `<script>${FIT_FRAMES}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const FIT_FRAMES = `
const fit = (frame) => {
  const root = frame.contentDocument?.documentElement;
  if (!root) return;
  frame.style.height = "0";
  frame.style.height = root.scrollHeight + "px";
};
const frames = [...document.querySelectorAll("iframe")];
const fitAll = () => frames.forEach(fit);
for (const frame of frames) frame.addEventListener("load", () => fit(frame));
addEventListener("load", fitAll);
addEventListener("resize", fitAll);
`;

// Mails inherit this: they load nothing and run nothing, whatever is in them.
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash("sha256").update(FIT_FRAMES).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function header({ stack, sender, username }: PreviewPage): string {
  return `<main>
<header>
<h1>Messages of <em>${escapeHtml(stack)}</em></h1>
<p>As <strong>${escapeHtml(username)}</strong>, called 花子, would get them from <strong>${escapeHtml(sender)}</strong>.
Codes and passwords are made up.</p>
</header>`;
}

function functionNote({ hasFunction }: PreviewPage): string {
  return hasFunction
    ? "This stack has the function: these go out, and the pool's own only if it fails."
    : "This stack does not have the function: these go out only with customMessage: true under sekisho:triggers.";
}

function faultList(faults: readonly Fault[]): string {
  const items = faults.map(
    ({ path, message }) => `<li><code>${escapeHtml(path)}</code> ${escapeHtml(message)}</li>`,
  );
  const title =
    faults.length === 1
      ? "1 fault; the stack cannot be deployed with it"
      : `${faults.length} faults; the stack cannot be deployed with them`;
  return `<section class="faults" id="faults">
<h2>${title}</h2>
<ul>
${items.join("\n")}
</ul>
</section>`;
}

function group(title: string, note: string, previews: readonly MessagePreview[], page: PreviewPage): string {
  return `<section class="group">
<h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(note)}</p>
${previews.map((preview) => article(preview, page)).join("\n")}
</section>`;
}

const TITLES: Record<MessagePreview["kind"], string> = {
  invitation: "Invitation",
  verification: "Confirmation code",
  mfa: "Second factor",
  signUp: "Sign-up",
  passwordReset: "Password reset",
  contactChange: "Changed contact",
};

function article(preview: MessagePreview, page: PreviewPage): string {
  const { id, kind, when, remarks } = preview;
  const list = remarks.map((remark) => `<li>${escapeHtml(remark)}</li>`).join("");
  return `<article id="${id}">
<h3>${TITLES[kind]}</h3>
<p class="when">${escapeHtml(when)}</p>
${list === "" ? "" : `<ul class="remarks">${list}</ul>\n`}<div class="pair">
${mailCard(preview, page)}
${smsCard(preview, page)}
</div>
</article>`;
}

function mailCard({ id, mail }: MessagePreview, { sender }: PreviewPage): string {
  return `<div class="mail">
<dl>
<dt>From</dt><dd>${escapeHtml(sender)}</dd>
<dt>Subject</dt><dd class="subject">${escapeHtml(mail.subject)}</dd>
</dl>
<iframe title="Mail: ${id}" sandbox="allow-same-origin" srcdoc="${escapeHtml(mail.html)}"></iframe>
<p class="facts">${mail.characters.toLocaleString("en")} of 20,000 characters${sentNote(mail.isSent)}</p>
</div>`;
}

function smsCard({ sms }: MessagePreview, { smsSender, pricePerPart }: PreviewPage): string {
  const { encoding, places, parts } = sms.size;
  const cost = `${parts === 1 ? "1 part" : `${parts} parts`},
about ${costPerThousand(parts, pricePerPart).toFixed(2)} USD per 1,000`;
  return `<div class="sms">
<p class="from">${escapeHtml(smsSender)}</p>
<p class="bubble">${escapeHtml(sms.text)}</p>
<p class="facts">${places} characters (${encoding})${sms.isSent ? `, ${cost}` : sentNote(false)}</p>
</div>`;
}

function sentNote(isSent: boolean): string {
  return isSent ? "" : '<br><span class="unsent">this stack never sends it</span>';
}
