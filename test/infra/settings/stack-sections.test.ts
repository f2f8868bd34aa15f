import { describeRefusals } from "../../support/settings-refusals.ts";

const NOT_BUILT = "is not built yet; take it out of the stack file";

describeRefusals("settings of the whole stack", [
  [
    "a section nobody knows",
    [[["user"], {}]],
    "sekisho:user",
    "is not a setting; did you mean sekisho:users?",
  ],
  ["messages", [[["messages"], { language: "ja" }]], "sekisho:messages", NOT_BUILT],
  ["the preset strict", [[["preset"], "strict"]], "sekisho:preset", `strict ${NOT_BUILT}`],
  ["a preset nobody knows", [[["preset"], "lax"]], "sekisho:preset", 'must be baseline, not "lax"'],
  [
    "disposable that is not yes or no",
    [[["disposable"], "yes"]],
    "sekisho:disposable",
    'must be true or false, not "yes"',
  ],
  [
    "a section that is empty",
    [[["sms"], null]],
    "sekisho:sms",
    "must be a group of settings (key: value), not empty",
  ],
  [
    "a secret in a section",
    [[["email", "replyTo"], { secure: "v1:abc" }]],
    "sekisho:email.replyTo",
    "is a secret, and nothing here is secret; set it again without --secret",
  ],
  [
    "a section that is one secret",
    [[["mfa"], { secure: "v1:abc" }]],
    "sekisho:mfa",
    "is a secret, and nothing here is secret; set it again without --secret",
  ],
]);
