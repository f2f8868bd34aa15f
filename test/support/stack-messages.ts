import { readFileSync } from "node:fs";
import type { FunctionMessages } from "../../infra/messages/custom-message.ts";
import type { SiteValues } from "../../infra/messages/message-checks.ts";
import { builtInFile, type MessageKind } from "../../infra/messages/message-kinds.ts";
import { type MessageTemplates, messageTemplates } from "../../infra/messages/message-templates.ts";

/** What a small site's messages say of it. */
export const SITE: SiteValues = {
  siteUrl: "https://app.example.com/",
  siteName: "app.example.com",
  passwordDays: "7",
};

/** The built-in messages of a stack. */
export function builtInMessages(site: SiteValues = SITE, language: "ja" | "en" = "ja"): FunctionMessages {
  const read = (kind: MessageKind) => ({
    mail: readBuiltIn(builtInFile(kind, "mail", language)),
    sms: readBuiltIn(builtInFile(kind, "sms", language)),
  });
  return {
    site,
    sources: {
      invitation: read("invitation"),
      verification: read("verification"),
      mfa: read("mfa"),
      signUp: read("signUp"),
      passwordReset: read("passwordReset"),
      contactChange: read("contactChange"),
    },
  };
}

/** A pool's templates as the built-in files make them. */
export function builtInTemplates(site: SiteValues = SITE): MessageTemplates {
  return messageTemplates(builtInMessages(site));
}

/** The text of a built-in file. */
export function readBuiltIn(name: string): string {
  return readFileSync(new URL(`../../infra/messages/${name}`, import.meta.url), "utf8");
}
