/** The answer to whoever comes from outside every list: 403 and one sentence, Japanese first. */
export const REFUSAL = {
  statusCode: "403",
  // A fixed response has no charset, so the page names it (Application Load Balancers, Fixed-response actions).
  contentType: "text/html",
  /** At most 1,024 bytes: the API counts characters, the provider bytes. */
  messageBody: [
    "<!doctype html>",
    '<html lang="ja"><meta charset="utf-8"><title>403</title>',
    "<p>このネットワークからはご利用いただけません。社内など、許可されたネットワークから接続してください。</p>",
    '<p lang="en">This network is not allowed to use this service.</p>',
    "</html>",
  ].join(""),
} as const;
