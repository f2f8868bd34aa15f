import { describe, expect, it } from "vitest";
import {
  type CsvCandidate,
  type CsvTarget,
  findCsvObstacle,
} from "../../../runbooks/reimport/csv-eligibility.ts";
import type { TargetAttribute } from "../../../runbooks/reimport/target-pool.ts";

function createTarget(
  values: Partial<CsvTarget> = {},
  attributes: readonly TargetAttribute[] = [],
): CsvTarget {
  const schema = [...standardAttributes, ...attributes];
  return {
    autoVerified: ["email"],
    usernameAttributes: [],
    schema: new Map(schema.map((attribute) => [attribute.name, attribute])),
    ...values,
  };
}

function attribute(name: string, values: Partial<TargetAttribute> = {}): TargetAttribute {
  return { name, type: "String", isMutable: true, isRequired: false, ...values };
}

const standardAttributes = [
  attribute("sub", { isMutable: false, isRequired: true }),
  ...["name", "nickname", "email", "birthdate", "phone_number", "custom:note", "dev:custom:plan"].map(
    (name) => attribute(name),
  ),
  attribute("email_verified", { type: "Boolean" }),
  attribute("phone_number_verified", { type: "Boolean" }),
  attribute("updated_at", { type: "Number" }),
  attribute("custom:points", { type: "Number" }),
  attribute("custom:since", { type: "DateTime" }),
  attribute("identities"),
];

function createUser(
  attributes: Record<string, string> = {},
  values: Partial<CsvCandidate> = {},
): CsvCandidate {
  const all = { email: "hanako@example.com", email_verified: "true", ...attributes };
  return { username: "hanako", attributes: Object.entries(all), isEnabled: true, ...values };
}

/** As many characters as make the row of that user exactly so long: the commas between 13 columns come on top. */
function fillRow(length: number, one = "x"): Record<string, string> {
  const others = "hanako".length + "hanako@example.com".length + "TRUE".length + 12;
  return { "custom:note": one.repeat(length - others) };
}

describe("a user whom the CSV import carries", () => {
  it.each<[string, CsvCandidate, CsvTarget]>([
    ["has a verified address and nothing else", createUser(), createTarget()],
    ["has commas in a value", createUser({ name: "Yamada, Hanako, ".trim() }), createTarget()],
    [
      "has a name in any script, with an apostrophe inside",
      createUser({ name: "山田 花子 O'Brien 👩‍👩‍👧 مرحبا" }),
      createTarget(),
    ],
    [
      "has what a spreadsheet would take for a formula",
      createUser({ nickname: "=cmd|'/c calc'!A0" }),
      createTarget(),
    ],
    ["was born on 29 February of a leap year", createUser({ birthdate: "2000-02-29" }), createTarget()],
    ["was updated at a second of the epoch", createUser({ updated_at: "1471453471" }), createTarget()],
    ["has a number in its shortest form", createUser({ "custom:points": "-1.5" }), createTarget()],
    [
      "has an unverified number beside the address",
      createUser({ phone_number: "+81312345678", phone_number_verified: "false" }),
      createTarget(),
    ],
    [
      "has one of two contacts verified",
      createUser({ email_verified: "false", phone_number: "+81312345678", phone_number_verified: "true" }),
      createTarget({ autoVerified: ["email", "phone_number"] }),
    ],
    [
      "signs in with the address",
      createUser({}, { username: "hanako@example.com" }),
      createTarget({ usernameAttributes: ["email"] }),
    ],
    [
      "signs in with the number",
      createUser({ phone_number: "+81312345678" }, { username: "+81312345678" }),
      createTarget({ usernameAttributes: ["email", "phone_number"] }),
    ],
    [
      "has what the target requires",
      createUser({ "custom:unit": "7" }),
      createTarget({}, [attribute("custom:unit", { isRequired: true })]),
    ],
    ["fills a row to its last character", createUser(fillRow(16_000)), createTarget()],
  ])("%s", (_, user, target) => {
    expect(findCsvObstacle(user, target)).toBeUndefined();
  });
});

describe("a user whom the CSV import cannot carry unchanged goes another way, and the reason is told", () => {
  it.each<[string, CsvCandidate, CsvTarget?]>([
    ["the target verifies no address or number by itself", createUser(), createTarget({ autoVerified: [] })],
    ["the user is disabled, and an import makes enabled ones", createUser({}, { isEnabled: false })],
    ["the user name has white space", createUser({}, { username: "hanako yamada" })],
    ["the user name has white space", createUser({}, { username: "hanako\tyamada" })],
    ["the user name has white space", createUser({}, { username: "花子　山田" })],
    ["the user name has white space", createUser({}, { username: "hanako\u00a0" })],
    ["the user name is blank, which a row cannot tell from none", createUser({}, { username: "" })],
    ["the user name has a backslash", createUser({}, { username: "corp\\hanako" })],
    ["the user name has a quotation mark", createUser({}, { username: '"hanako"' })],
    [
      "the user name has a line break, control character or half of a character",
      createUser({}, { username: "hanako\u0000" }),
    ],
    [
      "the user name begins or ends with white space, which an import trims",
      createUser({}, { username: "hanako\u200b" }),
    ],
    ["the user name is not the user's email", createUser(), createTarget({ usernameAttributes: ["email"] })],
    [
      "the user name is not the user's email or phone_number",
      createUser(),
      createTarget({ usernameAttributes: ["email", "phone_number"] }),
    ],
    ["no verified email", createUser({ email_verified: "false" })],
    ["no verified email", { ...createUser(), attributes: [["email", "hanako@example.com"]] }],
    [
      "no verified email",
      createUser({ email_verified: "false", phone_number: "+81312345678", phone_number_verified: "true" }),
    ],
    [
      "no verified email or phone_number",
      createUser({ email_verified: "false" }),
      createTarget({ autoVerified: ["email", "phone_number"] }),
    ],
    [
      "email is marked as verified, and there is none",
      { ...createUser(), attributes: [["email_verified", "true"]] },
    ],
    ["phone_number is marked as verified, and there is none", createUser({ phone_number_verified: "true" })],
    [
      "custom:unit is required, and there is none",
      createUser(),
      createTarget({}, [attribute("custom:unit", { isRequired: true })]),
    ],
    ["custom:old has no column in an import file", createUser({ "custom:old": "1" })],
    ["dev:custom:plan has no column in an import file", createUser({ "dev:custom:plan": "1" })],
    ["identities has no column in an import file", createUser({ identities: "[]" })],
    ["sub has no column in an import file", createUser({ sub: "7" })],
    [
      "__proto__ has no column in an import file",
      { ...createUser(), attributes: [...createUser().attributes, ["__proto__", "1"]] },
    ],
    ["name is blank, which a row cannot tell from none", createUser({ name: "" })],
    ...["\n", "\r", "\r\n", "\u0000", "\u001b", "\u0085", "\u2028", "\u2029", "\t", "\ud800"].map(
      (hidden): [string, CsvCandidate] => [
        "name has a line break, control character or half of a character",
        createUser({ name: `Hanako${hidden}Yamada` }),
      ],
    ),
    ...[" Hanako", "Hanako ", "Hanako　", "\u00a0Hanako", "\ufeffHanako", "Hanako\u200b", " "].map(
      (edged): [string, CsvCandidate] => [
        "name begins or ends with white space, which an import trims",
        createUser({ name: edged }),
      ],
    ),
    ...["a\\,b", "ends with \\", "\\", "a\\b"].map((value): [string, CsvCandidate] => [
      "name has a backslash",
      createUser({ name: value }),
    ]),
    ...['"Hanako"', '7" vinyl', "'Hanako'"].map((value): [string, CsvCandidate] => [
      "name has a quotation mark",
      createUser({ name: value }),
    ]),
    ...["1985-2-1", "1985-02-30", "0000-01-01", "01/02/1985", "1985-13-01"].map(
      (value): [string, CsvCandidate] => [
        "birthdate is no day of the calendar",
        createUser({ birthdate: value }),
      ],
    ),
    ...["1471453471.5", "1471453471000", "-1", "007", "1e9", "2016-08-17T17:04:31Z"].map(
      (value): [string, CsvCandidate] => [
        "updated_at is not in whole seconds since 1970",
        createUser({ updated_at: value }),
      ],
    ),
    ...["1.50", "007", "+1", "12345678901234567890"].map((value): [string, CsvCandidate] => [
      "custom:points is a number in a form of its own",
      createUser({ "custom:points": value }),
    ]),
    ["custom:since is of the type DateTime", createUser({ "custom:since": "2026-01-01T00:00:00Z" })],
    ["phone_number_verified is neither true nor false", createUser({ phone_number_verified: "True" })],
    ["the row is longer than 16,000 characters", createUser(fillRow(16_001))],
    ["the row is longer than 16,000 characters", createUser({ "custom:note": ",".repeat(8_000) })],
  ])("%s (%#)", (reason, user, target = createTarget()) => {
    expect(findCsvObstacle(user, target)).toBe(reason);
  });
});

describe("a reason", () => {
  it("never holds a value of the user", () => {
    const user = createUser({ name: "secret\nname" }, { username: "hanako" });
    expect(findCsvObstacle(user, createTarget())).not.toMatch(/secret|hanako/);
  });
});
