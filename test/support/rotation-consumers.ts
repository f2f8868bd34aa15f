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
const REDIRECT = "https://app.example.com/oauth2/idpresponse";

/**
 * Three consumers, who sign somebody in after each request to AWS: one keeps every secret that was current since the last
 * grace, one reads AWSCURRENT each time, and one is the load balancer with its own copy for each rule.
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
  const signIn = async (consumer: string, secret: string, request: string): Promise<void> => {
    signIns += 1;
    const { clientId } = world;
    // Without openid there is one token to sign instead of two.
    const asked = { poolId, clientId, username: USER, redirectUri: REDIRECT, scope: "email" };
    const code = model.createAuthorizationCode(asked);
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
  const signInAll = async (request: string): Promise<void> => {
    const current = currentSecret();
    kept.add(current);
    for (const secret of kept) await signIn("the one that keeps its secret", secret, request);
    await signIn("the one that reads Secrets Manager", current, request);
    for (const secret of new Set(world.copies.values())) await signIn("the load balancer", secret, request);
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
