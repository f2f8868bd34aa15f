import { describe, expect, test } from "vitest";
import {
  type ComingClient,
  findComingClients,
  lookUpReturningSecrets,
  ReturningSecretError,
  type SecretLookUps,
} from "../../../infra/clients/returning-secrets.ts";
import { fixedPart } from "../../../infra/deployment/fixed-part.ts";
import { cli, userSideSettings, web } from "../../support/users-settings.ts";

const SECRET = "sekisho/dev/clients/web";
const coming = { client: "web", secretName: SECRET };
const back: ComingClient = { ...coming, generations: { coming: 1, before: 2, clientId: "first" } };
const on: ComingClient = { ...coming, generations: { coming: 2, before: 1, clientId: "second" } };

/** A Secrets Manager that has these versions of the secret, by their label. */
function storeOf(versions: Readonly<Record<string, string>>): SecretLookUps {
  return {
    getSecretVersions: async () => ({
      versions: Object.keys(versions).map((label) => ({ versionStages: [label, "another"] })),
    }),
    getSecretVersion: async ({ versionStage }) => ({ secretString: versions[versionStage] ?? "" }),
  };
}

function secretOf(clientId: string, clientSecret: string): string {
  return JSON.stringify({ clientId, clientSecret, userPoolId: "pool" });
}

describe("which clients come into use", () => {
  const part = { kind: "alb" as const, clientId: "first", secretName: SECRET };
  const find = (generation: number, change: object, isPoolThere = true) =>
    findComingClients(
      { parts: { clients: { web: { ...part, ...change } } }, isPoolThere },
      { clients: [{ ...web, generation }], users: { generation: 1 } },
    );

  test("is known by what the last deployment had beside the one in use", () => {
    expect(find(2, { others: { 2: "second" } })).toEqual([on]);
    expect(find(1, { clientId: "second", generation: 2, others: { 1: "first" } })).toEqual([back]);
  });

  test("is the one in use as well, while another stands beside it: a deployment may have stopped half-way", () => {
    const stays = { coming: 1, before: 1, clientId: "first" };
    expect(find(1, { others: { 2: "second" } })).toEqual([{ ...coming, generations: stays }]);
  });

  test("are all of a kept pool that comes back, whose clients' ids nothing tells", () => {
    const fixed = { ...fixedPart(userSideSettings(), { sendsSms: false, hasSmsRole: false }), keep: [1] };
    const state = { parts: { clients: { web: part }, fixed }, isPoolThere: true };
    const find = (generation: number) =>
      findComingClients(state, { clients: [web, cli], users: { generation } });
    expect(find(1)).toEqual([coming]);
    expect(find(2)).toEqual([]);
    expect(find(3)).toEqual([]);
  });

  test.each<[what: string, generation: number, change: object, isPoolThere?: boolean]>([
    ["there is only one", 1, {}],
    ["the one that is wanted is new", 3, { others: { 2: "second" } }],
    ["the pool is lost, and its clients with it", 2, { others: { 2: "second" } }, false],
  ])("is none where %s", (_what, generation, change, isPoolThere) => {
    expect(find(generation, change, isPoolThere)).toEqual([]);
  });
});

describe("the secret of a generation that comes into use", () => {
  test("is the one that was live when it went out of use, whatever it was born with", async () => {
    const store = storeOf({
      AWSCURRENT: secretOf("second", "of-the-second"),
      AWSPREVIOUS: secretOf("first", "after-rotation"),
    });
    expect(await lookUpReturningSecrets([back], store)).toMatchObject({
      web: expect.arrayContaining([{ clientId: "first", clientSecret: "after-rotation" }]),
    });
  });

  test("is found when a deployment that stopped half-way had put it back already", async () => {
    const store = storeOf({
      AWSCURRENT: secretOf("first", "after-rotation"),
      AWSPREVIOUS: secretOf("second", "of-the-second"),
    });
    expect(await lookUpReturningSecrets([back], store)).toMatchObject({
      web: expect.arrayContaining([{ clientId: "first", clientSecret: "after-rotation" }]),
    });
  });

  test.each<[what: string, versions: Record<string, string>]>([
    ["nothing was rotated before", { AWSCURRENT: secretOf("first", "one") }],
    [
      "the one before was rotated",
      { AWSCURRENT: secretOf("first", "b"), AWSPREVIOUS: secretOf("first", "a") },
    ],
    [
      "a rotation is under way",
      { AWSCURRENT: secretOf("first", "a"), AWSPENDING: secretOf("second", "never-added") },
    ],
  ])("is left to Cognito for one that was never in use: %s", async (_what, versions) => {
    const { web: known = [] } = await lookUpReturningSecrets([on], storeOf(versions));
    expect(known.filter(({ clientId }) => clientId === "second")).toEqual([]);
  });

  test.each<[what: string, versions: Record<string, string>]>([
    [
      "the one after it was rotated meanwhile",
      { AWSCURRENT: secretOf("second", "s3cret-b"), AWSPREVIOUS: secretOf("second", "s3cret-a") },
    ],
    ["there is no version before", { AWSCURRENT: secretOf("second", "s3cret-a") }],
    ["nobody can read what is there", { AWSCURRENT: "s3cret-a", AWSPREVIOUS: '{"clientId":"first"}' }],
  ])("is never guessed, nor is any value repeated: %s", async (_what, versions) => {
    const failure: unknown = await lookUpReturningSecrets([back], storeOf(versions)).catch((error) => error);
    expect(failure).toBeInstanceOf(ReturningSecretError);
    expect(failure instanceof Error && failure.message).toBe(
      "sekisho:clients.web.generation cannot go back to 1: neither the current nor the previous version of " +
        "sekisho/dev/clients/web is of that client, so its live secret is unknown. Put 2 back; for another client " +
        "than that of 2, take a new number in alsoAccept (docs/client-swap.md).",
    );
    expect(String(failure)).not.toContain("s3cret");
  });

  test("is put back where a deployment had moved the secret, and nothing else, to the other one", async () => {
    const stays = { ...coming, generations: { coming: 1, before: 1, clientId: "first" } };
    const store = storeOf({
      AWSCURRENT: secretOf("second", "of-the-second"),
      AWSPREVIOUS: secretOf("first", "after-rotation"),
    });
    expect(await lookUpReturningSecrets([stays], store)).toMatchObject({
      web: expect.arrayContaining([{ clientId: "first", clientSecret: "after-rotation" }]),
    });
    const failure = lookUpReturningSecrets([stays], storeOf({ AWSCURRENT: secretOf("second", "s3cret") }));
    await expect(failure).rejects.toThrow(
      "sekisho:clients.web.generation cannot stay 1: neither the current nor the previous version of " +
        "sekisho/dev/clients/web is of that client, so its live secret is unknown. Put it there as JSON " +
        "({ clientId, clientSecret, userPoolId, domain }), then deploy again.",
    );
  });

  test("stops the deployment when AWS does not say", async () => {
    const store = {
      ...storeOf({}),
      getSecretVersions: async () => {
        throw new Error("not authorized");
      },
    };
    await expect(lookUpReturningSecrets([on], store)).rejects.toThrow(
      "Cannot tell which secret of client web is live; see that the deploying role may call " +
        "secretsmanager:ListSecretVersionIds and secretsmanager:GetSecretValue on sekisho/dev/clients/web, then deploy " +
        "again. AWS said: ",
    );
  });

  test("is asked for only when a generation comes into use", async () => {
    const store = { ...storeOf({}), getSecretVersions: () => Promise.reject(new Error("asked")) };
    expect(await lookUpReturningSecrets([], store)).toEqual({});
  });
});
