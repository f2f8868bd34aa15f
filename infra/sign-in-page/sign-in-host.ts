import type { SignInPageSettings } from "../settings/sign-in-page.ts";

/** Host of the sign-in pages and of the token endpoint, without `https://`. */
export function signInHost(page: SignInPageSettings, region: string): string {
  return page.kind === "custom" ? page.domain : `${page.prefix}.auth.${region}.amazoncognito.com`;
}
