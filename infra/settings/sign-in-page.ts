/** `sekisho:signInPage`: where managed login lives. */
export type SignInPageSettings =
  | { kind: "prefix"; prefix: string }
  | { kind: "custom"; domain: string; certificateArn: string; hostedZoneId?: string };
