import { describeRefusals } from "../../support/settings-refusals.ts";

describeRefusals("settings of the whole stack", [
  [
    "a section nobody knows",
    [[["user"], {}]],
    "sekisho:user",
    "is not a setting; did you mean sekisho:users?",
  ],
  [
    "a preset nobody knows",
    [[["preset"], "lax"]],
    "sekisho:preset",
    'must be one of baseline, strict, not "lax"',
  ],
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
