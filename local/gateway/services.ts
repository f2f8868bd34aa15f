import { hash } from "node:crypto";
import { AwsFault } from "../aws-fault.ts";
import { isImportBucket } from "../cognito/import-jobs/import-upload.ts";
import type { FaultKind } from "../faults.ts";
import type { QuotaLimiter } from "../quotas.ts";
import { EmailIdentities } from "../services/email-identities.ts";
import { IdentityPools } from "../services/identity-pools.ts";
import { NoWebAnswer } from "../services/load-balancers/traffic/identity-provider.ts";
import { readKeyRegion } from "../services/load-balancers/traffic/user-claims.ts";
import { originOf } from "../services/load-balancers/traffic/web-origin.ts";
import { LoadBalancers } from "../services/load-balancers.ts";
import { perRegion, type Regional, type ServiceWorld } from "../services/regional.ts";
import { SmsAttributes } from "../services/sms-attributes.ts";
import { checkQuota, type UserPools } from "../services/user-pools.ts";
import type { WebAnswer, WebRequest } from "../web-exchange.ts";
import { type Answer, jsonAnswer, queryAnswer, restJsonAnswer, written } from "./answers.ts";
import { BucketGuard } from "./bucket-guard.ts";
import { readPathName } from "./email-operation.ts";
import type { PageTampering } from "./page-tampering.ts";
import { readQueryInput } from "./query-protocol.ts";
import { assumeRoleUpstream } from "./role-credentials.ts";
import { readS3Address } from "./s3-operation.ts";
import { putSecretValue } from "./secret-versions.ts";
import type { FindWebServer, ServiceRequest } from "./service-request.ts";
import type { Upstream } from "./upstream.ts";
import {
  isApiHost,
  readDocumentRegion,
  readPrefixRegion,
  readWebHost,
  readWebOperation,
  readWebRequest,
  toAnswer,
  tooManyRequests,
} from "./web-routing.ts";

export interface ServicesOptions {
  userPools: Regional<UserPools>;
  /** The Region of requests that name none. */
  region: string;
  /** What the services of one Region work with. */
  worldOf: (region: string) => ServiceWorld;
  account: string;
  quotas: QuotaLimiter;
  pages: PageTampering;
  upstream: Upstream | undefined;
}

/** What a request needs beyond itself. */
export interface AnswerContext {
  requestId: string;
  /** A fault that breaks the page this request asks for. */
  pageFault: FaultKind | undefined;
}

/** Every service behind the one address: answered here, or passed on to MiniStack. */
export class Services {
  readonly userPools: Regional<UserPools>;
  readonly emailIdentities: Regional<EmailIdentities>;
  readonly smsAttributes: Regional<SmsAttributes>;
  readonly loadBalancers: Regional<LoadBalancers>;
  readonly #identityPools: Regional<IdentityPools>;
  readonly #defaultRegion: string;
  /** Regions that were asked for so far: a host of one's own does not say its Region. */
  readonly #regions: Set<string>;
  readonly #quotas: QuotaLimiter;
  readonly #pages: PageTampering;
  readonly #upstream: Upstream | undefined;
  readonly #buckets: BucketGuard | undefined;

  constructor({
    userPools,
    region: defaultRegion,
    worldOf,
    account,
    quotas,
    pages,
    upstream,
  }: ServicesOptions) {
    this.#defaultRegion = defaultRegion;
    this.#regions = new Set([defaultRegion]);
    this.userPools = (region) => {
      this.#regions.add(region);
      return userPools(region);
    };
    this.emailIdentities = perRegion((region) => new EmailIdentities(worldOf(region)));
    this.smsAttributes = perRegion(() => new SmsAttributes());
    this.loadBalancers = perRegion(
      (region) =>
        new LoadBalancers(worldOf(region), {
          describeClient: (poolId, clientId) => describeClient(userPools(region), poolId, clientId),
          callWeb: (request) => this.#answerBalancer(request),
        }),
    );
    this.#identityPools = perRegion(
      (region) =>
        new IdentityPools(worldOf(region), {
          readIdToken: (token) => readIdToken(userPools(region), token),
          assumeRole: (role) =>
            assumeRoleUpstream(this.#requireUpstream("sts AssumeRoleWithWebIdentity"), role),
        }),
    );
    this.#quotas = quotas;
    this.#pages = pages;
    this.#upstream = upstream;
    this.#buckets = upstream && new BucketGuard(upstream, account);
  }

  /** Resolves with the service's answer, or throws an AwsFault. */
  async answer(request: ServiceRequest, context: AnswerContext): Promise<Answer> {
    switch (request.service) {
      case "sign-in":
      case "application":
        return toAnswer(await this.answerWeb(await readWebRequest(request, request.webHost ?? "")));
      case "cognito-idp":
        return this.#answerUserPools(request, context);
      case "cognito-identity":
        return this.#answerIdentityPools(request);
      case "elasticloadbalancing":
        return this.#answerLoadBalancers(request, context);
      case "sns":
        return this.#answerSms(request, context);
      case "ses":
        return this.#answerEmail(request);
      case "secretsmanager":
        return request.operation === "PutSecretValue"
          ? putSecretValue(request, this.#requireUpstream("secretsmanager PutSecretValue"))
          : this.#forward(request);
      case "s3":
        return this.#answerS3(request);
      default:
        return this.#forward(request);
    }
  }

  /**
   * The web server that a request is for, by its host: sign-in pages, public documents of user pools, an application
   * behind the load balancers, or the keys of these; undefined for a call of an AWS API.
   */
  readonly findWebServer: FindWebServer = ({ headers, isSigned, method, path }) => {
    const webHost = readWebHost(headers, isSigned);
    if (webHost === undefined) return undefined;
    const keyRegion = readKeyRegion(webHost);
    if (keyRegion !== undefined) return { service: "application", region: keyRegion, webHost };
    const region = this.#signInRegion(webHost, method, path);
    if (region !== undefined) return { service: "sign-in", region, webHost };
    return isApiHost(webHost) ? undefined : { service: "application", region: this.#defaultRegion, webHost };
  };

  /** Answers a request to a web server by its host, wherever it comes from: a browser, a program, a load balancer. */
  async answerWeb(request: WebRequest): Promise<WebAnswer> {
    const keyRegion = readKeyRegion(request.host);
    if (keyRegion !== undefined) return this.loadBalancers(keyRegion).answerKey(request);
    const region = this.#signInRegion(request.host, request.method, request.path);
    if (region === undefined) return this.#answerApplication(request);
    const pools = this.userPools(region);
    if (!this.#quotas.admit({ operation: readWebOperation(request), region })) return tooManyRequests();
    if (pools.answerWeb !== undefined) return pools.answerWeb(request);
    throw new AwsFault("NotImplemented", "These user pools have no sign-in pages.", { status: 501 });
  }

  /** Applications stand behind load balancers; a listener that is named says its Region. */
  async #answerApplication(request: WebRequest): Promise<WebAnswer> {
    const from = originOf(request);
    const region = from.listenerArn?.split(":")[3] || this.#defaultRegion;
    return this.loadBalancers(region).answerWeb(request, from);
  }

  /** What a load balancer asks of an identity provider: here only user pools are one. */
  async #answerBalancer(request: WebRequest): Promise<WebAnswer> {
    if (this.#signInRegion(request.host, request.method, request.path) === undefined) {
      throw new NoWebAnswer(`nobody answers at ${request.host}`);
    }
    return this.answerWeb(request);
  }

  /** The Region whose user pools answer at this host; undefined for any other host. */
  #signInRegion(host: string, method: string, path: string): string | undefined {
    return (
      readDocumentRegion(host, method, path) ??
      readPrefixRegion(host) ??
      [...this.#regions].find((region) => this.userPools(region).isSignInHost?.(host) === true)
    );
  }

  async #answerUserPools(request: ServiceRequest, { pageFault }: AnswerContext): Promise<Answer> {
    const { operation, region, isSigned, headers } = request;
    const input = await request.body.readJson();
    checkQuota(this.#quotas, request, input);
    const pools = this.userPools(region);
    const caller = {
      isSigned,
      ...(headers.host === undefined ? {} : { endpoint: `http://${headers.host}` }),
    };
    return jsonAnswer(
      await this.#pages.read(operation, input, pageFault, (asked) => pools.handle(operation, asked, caller)),
    );
  }

  async #answerIdentityPools(request: ServiceRequest): Promise<Answer> {
    const input = await request.body.readJson();
    checkQuota(this.#quotas, request, input);
    return jsonAnswer(await this.#identityPools(request.region).handle(request.operation, input, request));
  }

  async #answerLoadBalancers(request: ServiceRequest, { requestId }: AnswerContext): Promise<Answer> {
    const input = readQueryInput((await request.body.read()).toString("utf8"));
    const output = await this.loadBalancers(request.region).handle(request.operation, input);
    return queryAnswer(request.service, request.operation, output, requestId);
  }

  async #answerSms(request: ServiceRequest, { requestId }: AnswerContext): Promise<Answer> {
    const input = readQueryInput((await request.body.read()).toString("utf8"));
    const output = this.smsAttributes(request.region).handle(request.operation, input);
    if (output === undefined) return this.#forward(request);
    return queryAnswer(request.service, request.operation, output, requestId);
  }

  async #answerEmail(request: ServiceRequest): Promise<Answer> {
    if (request.protocol !== "rest-json") return this.#forward(request);
    requireSignature(request);
    const body = await request.body.readJson();
    const name = readPathName(request.url.pathname);
    const named = name === "" ? {} : { EmailIdentity: name, ConfigurationSetName: name };
    const output = this.emailIdentities(request.region).handle(request.operation, {
      ...named,
      ...asObject(body),
    });
    if (output === undefined) return this.#forward(request);
    return restJsonAnswer(output);
  }

  async #answerS3(request: ServiceRequest): Promise<Answer> {
    if (isImportBucket(readS3Address(request.path).bucket)) return this.#takeImportFile(request);
    await this.#buckets?.check(request);
    const answer = await this.#forward(request);
    this.#buckets?.notice(request);
    return answer;
  }

  /** The files of Cognito's import jobs go to its own bucket, at pre-signed addresses that this gateway gave out. */
  async #takeImportFile({ region, method, url, headers, body }: ServiceRequest): Promise<Answer> {
    const pools = this.userPools(region);
    if (pools.uploadImportFile === undefined) {
      throw new AwsFault("NotImplemented", "These user pools cannot import files.", { status: 501 });
    }
    const file = await body.read();
    pools.uploadImportFile({ method, url, headers, body: file });
    return written(200, { "x-amz-server-side-encryption": "aws:kms", etag: `"${hash("md5", file)}"` }, "");
  }

  async #forward(request: ServiceRequest): Promise<Answer> {
    return this.#requireUpstream(`${request.service} ${request.operation}`).forward(request);
  }

  #requireUpstream(wanted: string): Upstream {
    if (this.#upstream !== undefined) return this.#upstream;
    throw new AwsFault(
      "NotImplemented",
      `This gateway runs without MiniStack and does not answer ${wanted}.`,
      {
        status: 501,
      },
    );
  }
}

async function describeClient(
  pools: UserPools,
  UserPoolId: string,
  ClientId: string,
): Promise<{ ClientSecret?: string }> {
  const output = await pools.handle("DescribeUserPoolClient", { UserPoolId, ClientId }, { isSigned: true });
  const secret = asObject(asObject(output).UserPoolClient).ClientSecret;
  return typeof secret === "string" ? { ClientSecret: secret } : {};
}

async function readIdToken(pools: UserPools, token: string): Promise<Readonly<Record<string, unknown>>> {
  if (pools.readIdToken !== undefined) return pools.readIdToken(token);
  throw new AwsFault("NotImplemented", "These user pools cannot check ID tokens.", { status: 501 });
}

function requireSignature({ isSigned }: ServiceRequest): void {
  if (!isSigned) {
    throw new AwsFault("MissingAuthenticationToken", "Request is missing Authentication Token", {
      status: 403,
    });
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
