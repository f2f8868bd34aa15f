import { z } from "zod";

/** A string that must match a pattern as a whole; the pattern is spelled, and shown when broken, as the AWS API model spells it. */
export function matching(pattern: string, shown = pattern): z.ZodString {
  return z.string().regex(new RegExp(`^(?:${toJavaScript(pattern)})$`, "u"), { error: shown });
}

/** AWS's patterns are Java's, where a white-space class without flags means the six ASCII characters only. */
function toJavaScript(pattern: string): string {
  const anyCharacter = pattern.replaceAll("(?s).*", "[^]*");
  return anyCharacter.replaceAll(/\\s/g, " \\t\\n\\v\\f\\r");
}

const anyText = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
const arnPattern =
  "arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?";

// Constraints of the Amazon Cognito user pools API reference (the same as in the AWS SDKs' service model).
export const userPoolId = matching("[\\w-]+_[0-9a-zA-Z]+").min(1).max(55);
export const userPoolName = matching("[\\w\\s+=,.@-]+").min(1).max(128);
export const clientId = matching("[\\w+]+").min(1).max(128);
export const clientName = matching("[\\w\\s+=,.@-]+").min(1).max(128);
export const clientSecret = matching("[\\w+]+").min(24).max(64);
export const username = matching(anyText).min(1).max(128);
export const password = matching("[\\S]+").max(256);
export const groupName = matching(anyText).min(1).max(128);
export const groupDescription = z.string().max(2_048);
export const precedence = z.int().min(0);
export const arn = matching(arnPattern).min(20).max(2_048);
export const optionalArn = matching(`(${arnPattern})?`).max(2_048);
export const s3Arn = matching(
  "arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:::[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?",
)
  .min(3)
  .max(1_024);
export const text = z.string().max(131_072);
export const region = z.string().min(5).max(32);
export const customAttributeName = matching(anyText).min(1).max(20);
export const attributeName = matching("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+").min(1).max(32);
export const attribute = z.object({ Name: attributeName, Value: z.string().max(2_048).optional() });
export const attributeList = z.array(attribute);
export const metadata = z.record(text, text);
export const tagKey = z.string().min(1).max(128);
export const tags = z.record(tagKey, z.string().max(256));
export const domain = z.string().min(1).max(63);
/** Lists of users, groups and memberships: 0 to 60 a page; 0 or nothing means 60. */
export const pageLimit = z.int().min(0).max(60);
/** Lists of pools, clients and providers: 1 to 60 a page. */
export const resultLimit = z.int().min(1).max(60);
export const pageToken = matching("[\\S]+").min(1).max(131_072);
export const searchToken = matching("[\\S]+").min(1);
export const providerName = matching("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\p{Z}]+").min(1).max(32);
export const redirectUrl = matching(anyText).min(1).max(1_024);
export const scope = matching("[\\x21\\x23-\\x5B\\x5D-\\x7E]+").min(1).max(256);
export const verifiedAttribute = z.enum(["phone_number", "email"]);

/** The members nearly every operation on one user starts from. */
export const oneUser = { UserPoolId: userPoolId, Username: username };
