import { describeRefusals, type Refusal } from "../../support/settings-refusals.ts";

const HTTPS = "an https:// address with a host name in lower case and without a #fragment";
const HOST = "a host name in lower case, without https:// and path";
const NAME = "1 to 32 lower-case letters, digits and hyphens, a letter first and no hyphen last";

describeRefusals("clients", [
  [
    "a client's name in capitals",
    [[["clients", "Web"], { kind: "cli" }]],
    "sekisho:clients.Web",
    `is not a possible name; take ${NAME}`,
  ],
  [
    "a kind nobody knows",
    [[["clients", "spa"], { kind: "browser" }]],
    "sekisho:clients.spa.kind",
    'must be one of alb, cli, server, machine, not "browser"',
  ],
  [
    "a client without a kind",
    [[["clients", "spa"], {}]],
    "sekisho:clients.spa.kind",
    "is missing; give one of alb, cli, server, machine",
  ],
  [
    "a setting of another kind",
    [[["clients", "cli", "hosts"], ["app.example.com"]]],
    "sekisho:clients.cli.hosts",
    "is not a setting; known here: kind, flows, browser, browserPort, validity, reads, writes",
  ],
  [
    "a browser at the command line without a page to sign in on",
    [
      [["clients"], { cli: { kind: "cli", browser: true } }],
      [["awsAccess"], undefined],
      [["routes"], undefined],
      [["guard"], undefined],
      [["signInPage"], undefined],
    ],
    "sekisho:clients.cli.browser",
    "is true, so the client gets its tokens from the pool's domain; add sekisho:signInPage",
  ],
  [
    "a port to come back to without a browser",
    [[["clients", "cli", "browserPort"], 8765]],
    "sekisho:clients.cli.browserPort",
    "is where a browser comes back to, and none is used; add browser: true, or take it out",
  ],
  [
    "a port that only an administrator may open",
    [[["clients", "cli"], { kind: "cli", browser: true, browserPort: 443 }]],
    "sekisho:clients.cli.browserPort",
    "must be a whole number from 1024 to 65535, not 443",
  ],
  [
    "the sign-in page beside a question, which it never asks",
    [
      [["triggers", "secretQuestion"], true],
      [["clients", "cli"], { kind: "cli", browser: true, flows: ["question"] }],
    ],
    "sekisho:clients.cli.browser",
    "is true beside the flow question, and the sign-in page never asks it; take one of them out, or make two clients",
  ],
  [
    "an address where a host belongs",
    [
      [
        ["clients", "web", "hosts"],
        ["app.example.com", "https://app.example.com"],
      ],
    ],
    "sekisho:clients.web.hosts[1]",
    `must be ${HOST}, not "https://app.example.com"`,
  ],
  [
    "a host in capitals, which would break the way back",
    [
      [
        ["clients", "web", "hosts"],
        ["app.example.com", "App.example.com"],
      ],
    ],
    "sekisho:clients.web.hosts[1]",
    `must be ${HOST}, not "App.example.com"`,
  ],
  [
    "a logout address without TLS",
    [[["clients", "web", "logoutUrl"], "http://app.example.com/signed-out"]],
    "sekisho:clients.web.logoutUrl[0]",
    `must be ${HTTPS}, not "http://app.example.com/signed-out"`,
  ],
  [
    "scopes from which no ID token comes",
    [[["clients", "web", "scopes"], ["email"]]],
    "sekisho:clients.web.scopes",
    "lacks openid, without which the load balancer gets no ID token; add it",
  ],
  [
    "a scope without its resource server",
    [[["clients", "batch", "scopes"], ["read"]]],
    "sekisho:clients.batch.scopes[0]",
    'must be <resource server>/<scope>, such as api/read, not "read"',
  ],
  [
    "a machine without scopes",
    [[["clients", "batch", "scopes"], undefined]],
    "sekisho:clients.batch.scopes",
    "is missing; give a list of scopes such as api/read",
  ],
  [
    "an access token of two days",
    [[["clients", "cli", "validity"], { access: "2d", refresh: "30d" }]],
    "sekisho:clients.cli.validity.access",
    'must be a time span from 5m to 1d (m minutes, h hours, d days), not "2d"',
  ],
  [
    "a time without its unit",
    [[["clients", "cli", "validity"], { id: 60 }]],
    "sekisho:clients.cli.validity.id",
    "must be a time span from 5m to 1d (m minutes, h hours, d days), not 60",
  ],
  [
    "a refresh token of half an hour",
    [[["clients", "cli", "validity"], { refresh: "30m" }]],
    "sekisho:clients.cli.validity.refresh",
    'must be a time span from 60m to 3650d (m minutes, h hours, d days), not "30m"',
  ],
  [
    "two minutes to sign in",
    [[["clients", "cli", "validity"], { authSession: "2m" }]],
    "sekisho:clients.cli.validity.authSession",
    'must be a time span from 3m to 15m (m minutes, h hours, d days), not "2m"',
  ],
  [
    "an ID token that outlives the refresh token",
    [[["clients", "cli", "validity"], { id: "2h", refresh: "1h" }]],
    "sekisho:clients.cli.validity.id",
    "outlives the refresh token, which Cognito refuses; shorten it or lengthen refresh",
  ],
  [
    "reading an attribute the pool lacks",
    [
      [
        ["clients", "web", "reads"],
        ["email", "custom:team"],
      ],
    ],
    "sekisho:clients.web.reads[1]",
    "is custom:team, but sekisho:users.attributes has no such attribute; take it out or add it there",
  ],
  [
    "writing what only Cognito writes",
    [
      [
        ["clients", "web", "writes"],
        ["email", "phone_number", "email_verified"],
      ],
    ],
    "sekisho:clients.web.writes[2]",
    "is email_verified, but only Cognito writes it; take it out",
  ],
  [
    "a client that may not write a required attribute",
    [[["clients", "web", "writes"], ["email"]]],
    "sekisho:clients.web.writes",
    "lacks phone_number, which sekisho:users.attributes requires; add what is missing",
  ],
  [
    "a client that writes what users may not",
    [
      [["users", "attributes", "custom:rank"], {}],
      [
        ["clients", "web", "writes"],
        ["email", "phone_number", "custom:rank"],
      ],
    ],
    "sekisho:clients.web.writes[2]",
    "is custom:rank, but sekisho:users.attributes.custom:rank.writableByUser is false; take it out here, or set that to true",
  ],
  [
    "another generation of a client without a secret",
    [[["clients", "cli", "generation"], 2]],
    "sekisho:clients.cli.generation",
    "has no secret to rotate; take it out",
  ],
  [
    "a generation beside a client without a secret",
    [[["clients", "cli", "alsoAccept"], [2]]],
    "sekisho:clients.cli.alsoAccept",
    "has no secret to rotate; take it out",
  ],
  ...[0, 100, 1.5, "2", null].map(
    (generation): Refusal => [
      `generation ${JSON.stringify(generation)}`,
      [[["clients", "web", "generation"], generation]],
      "sekisho:clients.web.generation",
      `must be a whole number from 1 to 99, not ${generation === null ? "empty" : JSON.stringify(generation)}`,
    ],
  ),
  [
    "a generation beside the one in use that is no number",
    [[["clients", "batch", "alsoAccept"], ["second"]]],
    "sekisho:clients.batch.alsoAccept[0]",
    'must be a whole number from 1 to 99, not "second"',
  ],
  [
    "a generation beside the one in use that is not in a list",
    [[["clients", "backend", "alsoAccept"], 2]],
    "sekisho:clients.backend.alsoAccept",
    "must be a list of generations such as 2, not 2",
  ],
  [
    "two generations beside the one in use",
    [
      [
        ["clients", "web", "alsoAccept"],
        [2, 3],
      ],
    ],
    "sekisho:clients.web.alsoAccept",
    "has 2 entries; the most is 1",
  ],
  [
    "the generation in use beside itself",
    [
      [["clients", "web", "generation"], 2],
      [["clients", "web", "alsoAccept"], [2]],
    ],
    "sekisho:clients.web.alsoAccept",
    "lists generation 2, which is the one in use and accepted anyway; take it out",
  ],
  [
    "a second client of a name while a pool is kept",
    [
      [["users", "generation"], 2],
      [["users", "keep"], [1]],
      [["clients", "web", "alsoAccept"], [2]],
    ],
    "sekisho:clients.web.alsoAccept",
    "goes only without sekisho:users.keep: people move to another pool, whose clients are new anyway; take it out, or rotate when the move is over",
  ],
  [
    "a pool in which users may write nothing",
    [
      [["users", "signInWith"], "username"],
      [["users", "recovery"], ["admin"]],
      [["users", "attributes"], { "custom:department": {} }],
    ],
    "sekisho:users.attributes",
    "has nothing that users may change, and Cognito reads an empty list as everything (clients: backend, batch, cli, web); add one harmless attribute, such as nickname: optional",
  ],
]);
