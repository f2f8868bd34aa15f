/**
 * What the local account may spend on text messages, in USD a month. AWS starts with 1; this account had it raised, as
 * the sample stack asks for 30.
 */
export const LOCAL_SMS_SPEND_QUOTA_USD = 100;
