/**
 * Every default that matters for security, with its reason. What has no safe default (how people sign in, whether
 * there is a second factor, where backups are copied to) has none: the stack file must say it.
 */

/** Accounts are made by administrators: people who may sign up by themselves are behind the checkpoint already. */
export const SELF_SIGN_UP = false;

/** The lowest plan with mail as a second factor (Amazon Cognito Developer Guide, Feature plans). */
export const TIER = "essentials";

/** The only plan with threat protection, which the preset strict has act on what it finds (same page). */
export const STRICT_TIER = "plus";

/** Ann and ann are one person; Cognito's own default would make them two (Developer Guide, User pool case sensitivity). */
export const CASE_SENSITIVE = false;

/**
 * Fourteen characters of four kinds is what prowler and Security Hub ask of Cognito; a temporary password lies in a
 * mailbox, so it lives for seven days, Cognito's own default (Developer Guide, Passwords, account recovery, and
 * password policies).
 */
export const PASSWORD = {
  minLength: 14,
  temporaryValidDays: 7,
  requireLowercase: true,
  requireUppercase: true,
  requireNumbers: true,
  requireSymbols: true,
} as const;

/**
 * A mailbox is harder to take over than a phone number, and SMS is the commoner second factor, which must not be the
 * recovery channel too.
 */
export const RECOVERY: readonly ["email"] = ["email"];

/**
 * Custom attributes decide roles and departments: users change them only where the stack file says so (Developer
 * Guide, Working with user attributes).
 */
export const CUSTOM_WRITABLE_BY_USER = false;

/** A wrong value must be correctable: an immutable one can only be written when the user is created (same page). */
export const ATTRIBUTE_MUTABLE = true;

/**
 * Every delivery is logged: a sample cannot answer whether one person got a code (Amazon SNS Developer Guide,
 * Delivery status logs).
 */
export const SMS_SUCCESS_SAMPLING_PERCENT = 100;

/** One year, what prowler asks of log groups. The logs hold phone numbers: shorten it where the law asks. */
export const SMS_LOG_RETENTION_DAYS = 365;

/**
 * SMS preferences belong to the whole account and Region; owning them overwrites what others set (Amazon SNS
 * Developer Guide, Setting SMS preferences).
 */
export const OWN_ACCOUNT_SMS_SETTINGS = false;

/** End users are Japanese first; most built-in mails end with a line of English. */
export const MESSAGE_LANGUAGE = "ja";

/**
 * Watch first: a policy stricter than `none` loses mail until SPF and DKIM are proven (Amazon SES Developer Guide,
 * DMARC).
 */
export const DMARC_POLICY = "none";

/** A text message can take minutes and Cognito's own default is three (Developer Guide, SMS and email message MFA). */
export const AUTH_SESSION_VALIDITY = "15m";

/**
 * A stolen access or ID token works this long, whoever signs out (Developer Guide, Understanding user pool JSON web
 * tokens).
 */
export const TOKEN_VALIDITY = "1h";

/**
 * One working day between sign-ins. Cognito's own default of thirty days outlives a lost laptop (Developer Guide,
 * Refresh tokens).
 */
export const REFRESH_VALIDITY = "12h";

/**
 * The load balancer needs an ID token and reads no more than that says (Application Load Balancers, Authenticate
 * users).
 */
export const ALB_SCOPES: readonly ["openid"] = ["openid"];

/** The password never leaves the user's machine with SRP (Developer Guide, Authentication with user pools). */
export const PROGRAM_FLOWS: readonly ["srp"] = ["srp"];

/**
 * What a person at the command line gets of the sign-in page: an ID token, in it every attribute the client may read
 * (profile), and an access token for what a user may do with the own account, as SRP gives (Developer Guide, Scopes,
 * M2M, and resource servers).
 */
export const BROWSER_SCOPES: readonly string[] = [
  "openid",
  "email",
  "profile",
  "aws.cognito.signin.user.admin",
];

/** Below the ports that systems hand out by themselves, and of no service that is registered (IANA, Service Names). */
export const BROWSER_PORT = 27463;

/**
 * One working day at the load balancer, whose own default is seven days (Application Load Balancers, Authenticate
 * users).
 */
export const SESSION_HOURS = 8;

/**
 * The longest session a stack file may ask for: until it ends, only the access token's expiry stops a user who was
 * disabled.
 */
export const LONGEST_SESSION_HOURS = 12;

/** Blocks wider than these count as "anywhere": two halves of the internet must not pass for a list of offices. */
export const WIDEST_SOURCE_PREFIX = { ipv4: 8, ipv6: 16 } as const;

/** Priorities start here on a listener of our own; on one that others use, the stack file must say it. */
export const FIRST_PRIORITY = 100;

/** Five weeks: a mistake found after a month's closing can still be undone. */
export const BACKUP_KEEP_DAYS = 35;

/** Nobody deletes a backup by accident; people with a special right still can (Amazon S3 User Guide, Object Lock). */
export const BACKUP_LOCK = "governance";

/**
 * Half of what Cognito lets an account ask for (Amazon Cognito Developer Guide, Quotas): the other half is for people
 * who sign in while the backup runs.
 */
export const BACKUP_QUOTA_SHARE = 0.5;

/** Whoever takes the role of a runbook has shown a second factor (IAM User Guide, Security best practices in IAM). */
export const RUNBOOK_MFA = true;

/** Days in which a deleted secret can be brought back; the most AWS offers (API reference, DeleteSecret). */
export const SECRET_RECOVERY_DAYS = 30;

/**
 * Who changed users, when and why, where `sekisho:audit` does not say how long evidence is kept: a year, what prowler
 * asks of log groups. The log names people who work here and tickets, no users.
 */
export const RUNBOOK_LOG_RETENTION_DAYS = 365;

/** Logs of backups hold numbers of users and ids of sets, no names: a year, what prowler asks of log groups. */
export const BACKUP_LOG_RETENTION_DAYS = 365;

/** One year, what prowler asks of logs. They hold addresses of people: shorten it where the law asks. */
export const AUDIT_KEEP_DAYS = 365;

/** Evidence that somebody can quietly delete is none (AWS CloudTrail User Guide, Security best practices). */
export const AUDIT_LOCK = "governance";

/** One question to the logs costs as much as it reads; a hundred gigabytes are about half a dollar. */
export const QUERY_LIMIT_GB = 100;

/** Carriers lose a few messages of a hundred; when a fifth is lost, people cannot sign in. */
export const SMS_SUCCESS_PERCENT = 80;

/** People mistype. When not even half of the attempts succeed, something is broken, or somebody is guessing. */
export const SIGN_IN_SUCCESS_PERCENT = 50;

/** Half a year between rotations; Security Hub asks for 90 days, which the stack file may say. */
export const SECRET_AGE_DAYS = 180;

/**
 * Requests from one address in five minutes; a sign-in takes about ten, and a whole office shares an address. Guessing
 * passwords at this rate is Cognito's to stop: it locks a user out after five wrong ones.
 */
export const GUARD_REQUESTS_PER_FIVE_MINUTES = 3000;

/** One year, what prowler asks of log groups. The logs hold addresses of people: shorten it where the law asks. */
export const GUARD_LOG_RETENTION_DAYS = 365;

/** One year, what prowler asks of log groups. Triggers log what went wrong, and nothing about people. */
export const TRIGGER_LOG_RETENTION_DAYS = 365;
