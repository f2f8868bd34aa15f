/**
 * Attribute values that have broken exports before: each must come back from a backup unchanged, to the
 * last UTF-16 code unit. None is longer than the 2,048 characters a value may have
 * (Amazon Cognito Developer Guide, Quotas).
 */
export const awkwardValues = [
  { what: "emoji joined by zero-width joiners", value: "👩‍👩‍👧‍👦 家族 🚀🏽" },
  { what: "newlines of every kind", value: "first\nsecond\r\nthird\rfourth" },
  { what: "quotes", value: `"double" 'single' \`back\` 「鉤」` },
  { what: "commas and escaped commas", value: "a,b,,c\\,d," },
  { what: "right-to-left text and an override mark", value: "مرحبا שלום \u202etxet desrever" },
  { what: "the longest value allowed", value: "長".repeat(2048) },
  { what: "a leading equals sign", value: '=HYPERLINK("https://example.com","click")' },
  { what: "line and paragraph separators", value: "before\u2028between\u2029after\u0085end" },
  { what: "leading and trailing blanks", value: "  \t padded \u3000 " },
  { what: "JSON inside", value: '{"Username":"someone","__proto__":{"admin":true}}' },
  { what: "backslashes", value: "C:\\temp\\new\\u0041\\" },
  { what: "control characters", value: "bell\u0007 escape\u001b[31m delete\u007f" },
  { what: "combining characters, not composed", value: "が と が, é and e\u0301" },
  { what: "characters outside the basic plane", value: "𠮷野家 𝒳 🇯🇵" },
  { what: "the word null", value: "null" },
  { what: "a byte order mark", value: "\ufeffmarked" },
] as const;
