import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeXml, readQueryInput, writeQueryResult } from "../../../local/gateway/query-protocol.ts";

test("reads lists, nested members and maps from the names of parameters", () => {
  const body = new URLSearchParams([
    ["Action", "CreateRule"],
    ["Version", "2015-12-01"],
    ["Priority", "10"],
    ["Conditions.member.1.Field", "source-ip"],
    ["Conditions.member.1.SourceIpConfig.Values.member.1", "203.0.113.0/24"],
    ["Conditions.member.1.SourceIpConfig.Values.member.2", "2001:db8::/32"],
    ["attributes.entry.1.key", "DefaultSMSType"],
    ["attributes.entry.1.value", "Transactional"],
  ]);
  expect(readQueryInput(body.toString())).toEqual({
    Priority: "10",
    Conditions: [{ Field: "source-ip", SourceIpConfig: { Values: ["203.0.113.0/24", "2001:db8::/32"] } }],
    attributes: { DefaultSMSType: "Transactional" },
  });
});

test("keeps a list in the order of its numbers, the tenth after the ninth", () => {
  const values = Array.from({ length: 12 }, (_, index) => `v${index + 1}`);
  const body = values
    .map((value, index) => `List.member.${index + 1}=${value}`)
    .toReversed()
    .join("&");
  expect(readQueryInput(body)).toEqual({ List: values });
});

test("writes lists as members, maps as entries, and leaves out what is not there", () => {
  const output = {
    Rules: [{ Priority: "1", IsDefault: false, Gone: undefined }],
    attributes: new Map([["a", "b"]]),
  };
  expect(writeQueryResult(output)).toBe(
    "<Rules><member><Priority>1</Priority><IsDefault>false</IsDefault></member></Rules>" +
      "<attributes><entry><key>a</key><value>b</value></entry></attributes>",
  );
});

test("never lets a text end its element", () => {
  expect(escapeXml("</Name><a>&amp;\r\n\u0000\u0007")).toBe("&lt;/Name&gt;&lt;a&gt;&amp;amp;&#13;\n");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const escaped = escapeXml(text);
      expect(escaped).not.toMatch(/[<>]/);
      const back = escaped
        .replaceAll("&#13;", "\r")
        .replaceAll("&gt;", ">")
        .replaceAll("&lt;", "<")
        .replaceAll("&amp;", "&");
      expect(back).toBe(text.replaceAll(/[^\P{Cc}\t\n\r]/gu, ""));
    }),
  );
});
