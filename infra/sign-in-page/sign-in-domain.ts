import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AppClient, generationsOf } from "../clients/app-clients.ts";
import type { Settings, SignInPageSettings } from "../settings.ts";
import { nameOfGeneration } from "../users/generation.ts";
import { signInHost } from "./sign-in-host.ts";

export interface SignInDomainArgs {
  settings: Pick<Settings, "region" | "users">;
  page: SignInPageSettings;
  userPoolId: pulumi.Input<string>;
  /** By name; those whose users see the pages get a style, without which managed login has none. */
  clients: Readonly<Record<string, AppClient>>;
}

/** A DNS record somebody has to make by hand, because the zone is not in Route 53 here. */
export interface PendingRecord {
  name: string;
  type: "CNAME";
  value: string;
}

/**
 * The pages people sign in on: their domain, and the style of each client that uses them. The lite tier has the classic
 * pages, which need no style; the others have managed login (Amazon Cognito Developer Guide, User pool feature plans).
 */
export class SignInDomain extends pulumi.ComponentResource {
  /** Host of the pages and the token endpoint, without `https://`; known once the domain is there. */
  readonly host: pulumi.Output<string>;
  /** The domain as a load balancer's rule names it: the prefix, or the whole host of a custom domain. */
  readonly ruleDomain: pulumi.Output<string>;
  /** What must still be entered at another DNS provider; empty where nothing must. */
  readonly pendingRecords: pulumi.Output<PendingRecord[]>;

  constructor(name: string, args: SignInDomainArgs, options?: pulumi.ComponentResourceOptions) {
    super("sekisho:index:SignInDomain", name, {}, options);
    const domain = this.createDomain(args);
    this.createAliases(args.page, domain);
    this.createStyles(args);

    this.ruleDomain = domain.domain;
    this.host = domain.domain.apply(() => signInHost(args.page, args.settings.region));
    this.pendingRecords = domain.cloudfrontDistribution.apply((target) => pendingRecords(args.page, target));
    this.registerOutputs({ host: this.host });
  }

  // A pool has one domain of each sort, so the old one must go before the new one can come.
  private createDomain({ settings, page, userPoolId }: SignInDomainArgs): aws.cognito.UserPoolDomain {
    return new aws.cognito.UserPoolDomain(
      nameOfGeneration("sign-in-domain", settings.users.generation),
      {
        userPoolId,
        managedLoginVersion: hasManagedLogin(settings) ? 2 : 1,
        ...(page.kind === "prefix"
          ? { domain: page.prefix }
          : { domain: page.domain, certificateArn: page.certificateArn }),
      },
      { parent: this, deleteBeforeReplace: true },
    );
  }

  private createAliases(page: SignInPageSettings, domain: aws.cognito.UserPoolDomain): void {
    if (page.kind !== "custom" || !page.hostedZoneId) return;
    for (const type of ["A", "AAAA"]) {
      new aws.route53.Record(
        `sign-in-domain-${type.toLowerCase()}`,
        {
          zoneId: page.hostedZoneId,
          name: page.domain,
          type,
          aliases: [
            {
              name: domain.cloudfrontDistribution,
              zoneId: domain.cloudfrontDistributionZoneId,
              evaluateTargetHealth: false,
            },
          ],
        },
        { parent: this },
      );
    }
  }

  // A client has one style, so a replacement cannot be made beside the old one.
  private createStyles({ settings, userPoolId, clients }: SignInDomainArgs): void {
    if (!hasManagedLogin(settings)) return;
    const shown = Object.entries(clients).filter(([, client]) => client.usesSignInPage);
    for (const { name, clientId } of shown.flatMap(([client, ids]) => generationsOf(client, ids))) {
      new aws.cognito.ManagedLoginBranding(
        nameOfGeneration(`sign-in-style-${name}`, settings.users.generation),
        { userPoolId, clientId, useCognitoProvidedValues: true },
        { parent: this, deleteBeforeReplace: true },
      );
    }
  }
}

function hasManagedLogin({ users }: SignInDomainArgs["settings"]): boolean {
  return users.tier !== "lite";
}

function pendingRecords(page: SignInPageSettings, target: string): PendingRecord[] {
  if (page.kind !== "custom" || page.hostedZoneId) return [];
  return [{ name: page.domain, type: "CNAME", value: target }];
}
