import { expect } from "vitest";
import { type RotationWorld, SIGN_IN_HOST } from "./rotation-world.ts";

/** Programs that sign people in with a client's secret, at every request that anybody makes to AWS. */
export interface RotationConsumers {
  /** Sign-ins so far. */
  signIns: () => number;
  currentSecret: () => string;
  /** The grace is over: whoever kept a secret has read the current one. */
  forgetOld: () => void;
  /** Whether every sign-in was one, and every secret of the client is in Secrets Manager. */
  check: () => void;
}

const USER = "ann@example.com";
const APPLICATION = "app.example.com";
const REDIRECT = `https://${APPLICATION}/oauth2/idpresponse`;

/**
 * Three consumers, who sign somebody in after each request to AWS: one keeps every secret that was current since the last
 * grace, one reads AWSCURRENT each time, and one is the load balancer, whose every rule has a copy that nobody can read.
 */
export async function createConsumers(world: RotationWorld): Promise<RotationConsumers> {
  const { model, poolId, gateway } = world;
  model.seedUsers(poolId, [{ attributes: { email: USER, email_verified: "true" }, status: "CONFIRMED" }]);
  const failures: string[] = [];
  const kept = new Set<string>();
  let signIns = 0;

  const currentSecret = (): string => {
    const { value = "{}" } = world.versionWith("AWSCURRENT") ?? {};
    return JSON.parse(value).clientSecret ?? "";
  };
  const createCode = (scope: string): string =>
    model.createAuthorizationCode({
      poolId,
      clientId: world.clientId,
      username: USER,
      redirectUri: REDIRECT,
      scope,
    });
  const signIn = async (consumer: string, secret: string, request: string): Promise<void> => {
    signIns += 1;
    const { clientId } = world;
    // Without openid there is one token to sign instead of two.
    const code = createCode("email");
    const answer = await model.answerWeb({
      method: "POST",
      host: SIGN_IN_HOST,
      path: "/oauth2/token",
      headers: {
        host: SIGN_IN_HOST,
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
      },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT,
      }).toString(),
    });
    const { error = "no token", access_token } = JSON.parse(answer.body);
    if (access_token === undefined) failures.push(`${consumer}, after ${request}: ${error}`);
  };
  /** Opens a page of the application as a browser without a session does, but for the sign-in page in between. */
  const signInAtBalancer = async (path: string, request: string): Promise<void> => {
    signIns += 1;
    const ask = async (address: string, cookie?: string) => {
      const headers = { host: APPLICATION, ...(cookie !== undefined && { cookie }) };
      const asked = { method: "GET", host: APPLICATION, path: address, headers, body: "" };
      const { status, headers: said } = await world.balancers.answerWeb(asked, {
        listenerArn: world.listenerArn,
      });
      return { status, location: String(said.location), cookie: String(said["set-cookie"]).split(";")[0] };
    };
    const begun = await ask(path);
    const state = new URL(begun.location).searchParams.get("state") ?? "";
    const query = new URLSearchParams({ code: createCode("openid email"), state });
    const back = await ask(`/oauth2/idpresponse?${query}`, begun.cookie);
    const { status } = await ask(path, back.cookie);
    if (status !== 200) failures.push(`the load balancer, after ${request}: ${back.status}, then ${status}`);
  };
  const signInAll = async (request: string): Promise<void> => {
    const current = currentSecret();
    kept.add(current);
    for (const secret of kept) await signIn("the one that keeps its secret", secret, request);
    await signIn("the one that reads Secrets Manager", current, request);
    for (const path of world.protectedPaths()) await signInAtBalancer(path, request);
    const stored = new Set(
      world
        .versions()
        .flatMap(({ labels, value }) => (labels.length > 0 ? [JSON.parse(value).clientSecret] : [])),
    );
    for (const { id, value } of world.client.secrets) {
      if (!stored.has(value)) failures.push(`after ${request}: the secret ${id} is not in Secrets Manager`);
    }
  };

  const { services } = gateway;
  const answer = services.answer.bind(services);
  services.answer = async (request, context) => {
    try {
      return await answer(request, context);
    } finally {
      await signInAll(request.operation);
    }
  };
  return {
    signIns: () => signIns,
    currentSecret,
    forgetOld: () => kept.clear(),
    check: () => expect(failures).toEqual([]),
  };
}
