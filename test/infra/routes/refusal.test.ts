import { describe, expect, test } from "vitest";
import { REFUSAL } from "../../../infra/routes/refusal.ts";

describe("the page for whoever is refused", () => {
  test("is a 403 that says it in Japanese first, then in English", () => {
    expect(REFUSAL.statusCode).toBe("403");
    const { messageBody } = REFUSAL;
    expect(messageBody.indexOf("許可されたネットワーク")).toBeGreaterThan(0);
    expect(messageBody.indexOf("This network is not allowed")).toBeGreaterThan(messageBody.indexOf("許可"));
  });

  test("names its charset, because the load balancer cannot", () => {
    expect(REFUSAL.contentType).toBe("text/html");
    expect(REFUSAL.messageBody).toContain('<meta charset="utf-8">');
  });

  test("fits into the 1,024 bytes of a fixed response", () => {
    expect(Buffer.byteLength(REFUSAL.messageBody)).toBeLessThanOrEqual(1024);
  });
});
