import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { checkStackFile } from "../../infra/settings/stack-file-check.ts";
import { createCognitoModel } from "../../local/cognito/model.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { adoptPoolRunbook } from "../../runbooks/adopt-pool.ts";
import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { type HandMadePool, mailPool, makeByHand, namePool, webPool } from "../support/hand-made-pools.ts";
import { createTestHost, type TestHost } from "../support/test-host.ts";

const REGION = "ap-northeast-1";
let gateway: Gateway;
let cognito: CognitoIdentityProviderClient;
let folder: string;

beforeAll(async () => {
  gateway = await startGateway({
    cognito: (region) =>
      createCognitoModel({ region, account: "123456789012", now: () => new Date(), randomBytes }),
    region: REGION,
    // Nobody listens there: an adoption asks Cognito and nobody else.
    upstream: "http://127.0.0.1:9",
  });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  cognito = new CognitoIdentityProviderClient({ region: REGION, endpoint: gateway.url, credentials });
  folder = await mkdtemp(join(tmpdir(), "sekisho-adopt-"));
});
afterAll(async () => {
  cognito.destroy();
  await gateway.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  // Nothing of the machine's own AWS configuration may be found.
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", folder);
  vi.stubEnv("AWS_ENDPOINT_URL", gateway.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function adopt(pool: string, stack: string, ...more: string[]): Promise<TestHost> {
  const host = createTestHost(["--pool", pool, "--stack", stack, "--into", folder, ...more]);
  await runRunbook(adoptPoolRunbook, host);
  return host;
}

const importFile = z.object({
  resources: z.array(
    z.strictObject({
      type: z.string(),
      name: z.string(),
      logicalName: z.string(),
      parent: z.string().optional(),
      id: z.string().optional(),
      component: z.literal(true).optional(),
    }),
  ),
});

async function importsOf(stack: string) {
  return importFile.parse(JSON.parse(await readFile(join(folder, `import.${stack}.json`), "utf8"))).resources;
}

const report = z.object({
  updated: z.array(z.object({ resource: z.string(), changed: z.array(z.string()) })),
  created: z.array(z.string()),
  outside: z.array(z.string()),
  losses: z.array(z.string()),
});

/** What the program says to users; every adopted pool gets it. */
const TEXTS = [
  "adminCreateUserConfig.inviteMessageTemplate",
  "verificationMessageTemplate.emailMessage",
  "verificationMessageTemplate.emailSubject",
  "verificationMessageTemplate.smsMessage",
];
const SPELLED_OUT = [
  "accessTokenValidity",
  "idTokenValidity",
  "preventUserExistenceErrors",
  "refreshTokenValidity",
  "supportedIdentityProviders",
  "tokenValidityUnits",
];

interface Expected {
  imports: Record<string, (poolId: string) => string | RegExp>;
  updated: Record<string, string[]>;
  outside: RegExp[];
}

describe.each<[string, HandMadePool, Expected]>([
  [
    "web",
    webPool,
    {
      imports: {
        users: (poolId) => poolId,
        "client-shop": (poolId) => new RegExp(`^${poolId}/\\w+$`),
        "group-staff": (poolId) => `${poolId}/staff`,
        "sign-in-domain": () => "customers-of-example",
        "sign-in-style-shop": (poolId) => new RegExp(`^${poolId},[\\w-]+$`),
      },
      updated: {
        users: [
          ...TEXTS,
          "deletionProtection",
          "signInPolicy",
          "smsAuthenticationMessage",
          "smsConfiguration.externalId",
          "smsConfiguration.snsCallerArn",
          "tags",
          "userAttributeUpdateSettings",
        ],
        "client-shop": ["refreshTokenValidity", "tokenValidityUnits.refreshToken"],
      },
      outside: [
        /^Client Old Tool \(\w+\) stays outside: its name is not one that the stack file takes/,
        /^Client single-page \(\w+\) stays outside: it uses the pages without a secret, as single-page applications do\.$/,
        /^Group cloud stays outside: it hands out the role arn:aws:iam::123456789012:role\/cloud, /,
      ],
    },
  ],
  [
    "names",
    namePool,
    {
      imports: {
        users: (poolId) => poolId,
        "client-nightly": (poolId) => new RegExp(`^${poolId}/\\w+$`),
        "client-terminal": (poolId) => new RegExp(`^${poolId}/\\w+$`),
        "resource-server-orders": (poolId) => `${poolId}|orders`,
        "sign-in-domain": () => "internal-of-example",
      },
      updated: {
        users: [...TEXTS, "deletionProtection", "tags", "userAttributeUpdateSettings"],
        "resource-server-orders": ["name", "scopes"],
        "client-terminal": SPELLED_OUT,
        "client-nightly": [...SPELLED_OUT, "readAttributes", "writeAttributes"],
      },
      outside: [],
    },
  ],
  [
    "mail",
    mailPool,
    {
      imports: {
        users: (poolId) => poolId,
        "client-backend": (poolId) => new RegExp(`^${poolId}/\\w+$`),
      },
      updated: {
        users: [
          ...TEXTS,
          "deletionProtection",
          "emailMfaConfiguration.message",
          "emailMfaConfiguration.subject",
          "signInPolicy",
          "tags",
          "userAttributeUpdateSettings",
        ],
        "client-backend": SPELLED_OUT,
      },
      outside: [],
    },
  ],
])("adopting the pool of %s, which others made", { timeout: 120_000 }, (stack, handMade, expected) => {
  let poolId: string;
  let host: TestHost;
  let before: unknown;
  beforeAll(async () => {
    poolId = await makeByHand(cognito, handMade);
    before = (await cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }))).UserPool;
  });
  beforeEach(async () => {
    host ??= await adopt(poolId, stack, "--json");
  }, 120_000);

  test("writes a stack file without faults, and changes nothing in AWS", async () => {
    expect([host.exitCode(), host.errors()]).toEqual([0, expect.stringContaining(`Reading ${poolId}`)]);
    const file = join(folder, `Pulumi.${stack}.yaml`);
    expect(await checkStackFile(file, (path) => readFile(path, "utf8"))).toMatchObject({ faults: [] });
    const after = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
    expect(after.UserPool).toEqual(before);
  });

  test("lists everything that is taken over, under the program's names and the ids of the provider", async () => {
    const resources = await importsOf(stack);
    const taken = resources.filter(({ id }) => id !== undefined);
    expect(taken.map(({ logicalName }) => logicalName).sort()).toEqual(Object.keys(expected.imports).sort());
    for (const { logicalName, id } of taken) {
      expect(id).toMatch(expected.imports[logicalName]?.(poolId) ?? "");
      if (typeof expected.imports[logicalName]?.(poolId) === "string") {
        expect(id).toBe(expected.imports[logicalName](poolId));
      }
    }
    // A parent is in the list before its children, and no name is there twice.
    const names = resources.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [place, { parent }] of resources.entries()) {
      if (parent !== undefined) expect(names.slice(0, place)).toContain(parent);
    }
  });

  test("says what the first deployment changes in place, replaces nothing, and what stays as it is", () => {
    const { updated, outside, losses, created } = report.parse(JSON.parse(host.out()));
    const changes = Object.fromEntries(
      updated.map(({ resource, changed }) => [resource, changed.toSorted()]),
    );
    const sorted = Object.entries(expected.updated).map(([name, paths]) => [name, paths.toSorted()]);
    expect(changes).toEqual(Object.fromEntries(sorted));
    expect(losses).toEqual([]);
    expect(outside).toHaveLength(expected.outside.length);
    for (const [place, sentence] of expected.outside.entries()) expect(outside[place]).toMatch(sentence);
    // Whatever would be made of what exists would be a second one.
    expect(
      created.filter((name) => /^(users|client-(?!secret)|group-|resource-server-|sign-in-)/.test(name)),
    ).toEqual([]);
  });
});

describe("an adoption that would take something away", { timeout: 120_000 }, () => {
  const triggered: HandMadePool = {
    pool: {
      ...namePool.pool,
      PoolName: "triggered",
      LambdaConfig: { PreSignUp: "arn:aws:lambda:ap-northeast-1:123456789012:function:check" },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true },
      VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" },
    },
    clients: namePool.clients ?? [],
    servers: [
      {
        Identifier: "orders",
        Name: "orders",
        Scopes: ["read", "write"].map((scope) => ({ ScopeName: scope, ScopeDescription: scope })),
      },
    ],
    domain: "triggered-of-example",
  };

  test("is refused with every loss named, and goes on when it is accepted", async () => {
    const poolId = await makeByHand(cognito, triggered);
    const refused = await adopt(poolId, "triggered");
    expect(refused.exitCode()).toBe(2);
    const losses = [
      "The pool calls functions of others (PreSignUp); an update would take them off.",
      "The pool remembers devices; an update would end that.",
      "Addresses are confirmed by a link; an update would send codes instead.",
      "resource-server-orders: an update would take away the scopes write, which no adopted client uses.",
    ];
    for (const loss of losses) expect(refused.errors()).toContain(`warning: ${loss}\n`);
    expect(refused.errors()).toContain(
      "adopt: An update would take 4 things away, named above; no import list was written. Find another way for them first, or give --accept-losses.\n",
    );
    await expect(importsOf("triggered")).rejects.toThrow("ENOENT");

    const accepted = await adopt(poolId, "triggered", "--accept-losses");
    expect(accepted.exitCode()).toBe(0);
    expect(accepted.errors()).toContain("Pulumi.triggered.yaml is there already and is taken as it is.");
    expect(accepted.out()).toContain(
      [
        "Next:",
        "  pulumi stack init triggered",
        `  pulumi import --stack triggered --file ${join(folder, "import.triggered.json")} --generate-code=false`,
        "  npm run up -- --stack triggered",
        "",
      ].join("\n"),
    );
  });

  test("is refused when the stack file asks for another pool than the one that exists", async () => {
    const poolId = await makeByHand(cognito, { pool: { ...namePool.pool, PoolName: "other" } });
    await adopt(poolId, "other");
    const file = join(folder, "Pulumi.other.yaml");
    const edited = (await readFile(file, "utf8")).replace("caseSensitive: true", "caseSensitive: false");
    await writeFile(file, edited.replace("      - preferred_username\n", ""));
    const refused = await adopt(poolId, "other");
    expect([refused.exitCode(), refused.errors()]).toEqual([
      2,
      expect.stringContaining(
        "adopt: users would be replaced, because of aliasAttributes, usernameConfiguration.caseSensitive; no import list was written. Make the stack file say what exists.",
      ),
    ]);
  });
});

describe("an adoption that cannot begin", () => {
  test.each<[string, string, string, number, string]>([
    [
      "an id that is too long",
      "ap-northeast-1_".padEnd(56, "x"),
      "shop",
      2,
      'xxx" is not the id of a user pool.',
    ],
    ["what is no pool's id", "customers", "shop", 2, '"customers" is not the id of a user pool.'],
    ["what no stack can be called", "ap-northeast-1_Abc", "Shop", 2, '"Shop" is not a stack name.'],
    ["a pool that is not there", "ap-northeast-1_Abc", "shop", 10, "DescribeUserPool on ap-northeast-1_Abc"],
  ])("says so for %s, and writes nothing", async (_what, pool, stack, exitCode, message) => {
    const host = await adopt(pool, stack);
    expect([host.exitCode(), host.errors()]).toEqual([exitCode, expect.stringContaining(message)]);
    await expect(readFile(join(folder, `Pulumi.${stack}.yaml`))).rejects.toThrow("ENOENT");
  });

  test("names the first fault of a stack file that is there, and how to find the others", async () => {
    const poolId = await makeByHand(cognito, { pool: { ...namePool.pool, PoolName: "faulty" } });
    await writeFile(join(folder, "Pulumi.faulty.yaml"), "config:\n  aws:region: ap-northeast-1\n");
    const host = await adopt(poolId, "faulty");
    expect([host.exitCode(), host.errors()]).toEqual([
      2,
      expect.stringMatching(/Pulumi\.faulty\.yaml has \d+ faults: [\s\S]*npm run check-settings/),
    ]);
  });
});
