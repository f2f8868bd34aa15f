import { z } from "zod";
import { group, list, oneOf } from "./schema.ts";

/** `sekisho:mfa`: the second factor. */
export interface MfaSettings {
  mode: "off" | "optional" | "required";
  factors: ("sms" | "totp" | "email")[];
}

export function mfaSchema() {
  return group({
    // Readers of the older YAML, some engines among them, take a bare off for false.
    mode: z.preprocess((value) => (value === false ? "off" : value), oneOf(["off", "optional", "required"])),
    factors: list(oneOf(["sms", "totp", "email"], ["passkey"]), "sms, totp, email", { min: 0 }).default([]),
  });
}
