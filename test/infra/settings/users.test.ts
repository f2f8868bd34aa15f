import { describeRefusals } from "../../support/settings-refusals.ts";

describeRefusals("users", [
  [
    "no users at all",
    [[["users"], undefined]],
    "sekisho:users.signInWith",
    "is missing; give email, phone, [email, phone] or username",
  ],
  [
    "a way to sign in that Cognito lacks",
    [[["users", "signInWith"], "fax"]],
    "sekisho:users.signInWith",
    'must be email, phone, [email, phone] or username, not "fax"',
  ],
  [
    "one way to sign in twice",
    [
      [
        ["users", "signInWith"],
        ["email", "email"],
      ],
    ],
    "sekisho:users.signInWith",
    "must be email, phone, [email, phone] or username, not a list",
  ],
  [
    "a misspelled key",
    [[["users", "signinWith"], "email"]],
    "sekisho:users.signinWith",
    "is not a setting; did you mean signInWith?",
  ],
  [
    "aliases beside a mail address as the name",
    [[["users", "aliases"], ["phone"]]],
    "sekisho:users.aliases",
    "only goes with signInWith: username; take aliases out or sign in with a user name",
  ],
  [
    "a plan Cognito lacks",
    [[["users", "tier"], "premium"]],
    "sekisho:users.tier",
    'must be one of lite, essentials, plus, not "premium"',
  ],
  [
    "generation 0",
    [[["users", "generation"], 0]],
    "sekisho:users.generation",
    "must be a whole number from 1 to 99, not 0",
  ],
  [
    "first factors besides the password",
    [[["users", "firstFactors"], ["passkey"]]],
    "sekisho:users.firstFactors",
    "is not offered: required MFA allows no code as the first factor, and a passkey is lost with its pool; take it out",
  ],
  [
    "verification by link",
    [[["users", "verifyBy"], "link"]],
    "sekisho:users.verifyBy",
    'must be code, not "link"',
  ],
  [
    "a password of five characters",
    [[["users", "password", "minLength"], 5]],
    "sekisho:users.password.minLength",
    "must be a whole number from 6 to 99, not 5",
  ],
  [
    "a password length in quotes",
    [[["users", "password", "minLength"], "14"]],
    "sekisho:users.password.minLength",
    'must be a whole number from 6 to 99, not "14"',
  ],
  [
    "a temporary password for ever",
    [[["users", "password", "temporaryValidDays"], 366]],
    "sekisho:users.password.temporaryValidDays",
    "must be a whole number from 1 to 365, not 366",
  ],
  [
    "a temporary password for no days, which Cognito reads as seven",
    [[["users", "password", "temporaryValidDays"], 0]],
    "sekisho:users.password.temporaryValidDays",
    "must be a whole number from 1 to 365, not 0",
  ],
  [
    "no way of recovery",
    [[["users", "recovery"], []]],
    "sekisho:users.recovery",
    "is empty; give at least one of: email, phone, admin",
  ],
  [
    "recovery by an administrator and by mail",
    [
      [
        ["users", "recovery"],
        ["admin", "email"],
      ],
    ],
    "sekisho:users.recovery",
    "mixes admin with others; give admin alone, or only email and phone",
  ],
  [
    "the same recovery twice",
    [
      [
        ["users", "recovery"],
        ["email", "email"],
      ],
    ],
    "sekisho:users.recovery[1]",
    'repeats "email"; take it out',
  ],
  [
    "a group's name with a space",
    [[["users", "groups", "night shift"], {}]],
    'sekisho:users.groups["night shift"]',
    "is not a possible name; take 1 to 128 letters, digits, signs and punctuation, without spaces",
  ],
  [
    "a negative precedence",
    [[["users", "groups", "admins", "precedence"], -1]],
    "sekisho:users.groups.admins.precedence",
    "must be a whole number from 0 to 2147483647, not -1",
  ],
]);
