import { describe, expect, it } from "vitest";
import type { JournalState } from "../../../runbooks/reimport/journal-format.ts";
import { attributesDigest, type StandingUser } from "../../../runbooks/reimport/standing-users.ts";
import {
  type Decision,
  decide,
  type ExistingPolicy,
  type Scope,
} from "../../../runbooks/reimport/user-decision.ts";
import { createNewUser } from "../../support/new-users.ts";

const AT = "2026-11-21T03:00:00.000Z";
const user = createNewUser(7);

function standing(sub: string, attributes = user.attributes, status = "CONFIRMED"): StandingUser {
  return {
    sub,
    username: sub,
    status,
    isEnabled: true,
    created: AT,
    modified: AT,
    digest: attributesDigest(attributes),
    identities: undefined,
  };
}

/** Who stands in the target under the user's sign-in name. */
const people = {
  nobody: undefined,
  /** Whom the journal knows as the one it made. */
  ours: standing("new-7"),
  /** Looks to the last character as planned. */
  twin: standing("twin"),
  stranger: standing("stranger", [["email", "user-7@example.com"]]),
  /** Looks as planned, and has signed up by themselves. */
  newcomer: standing("newcomer", user.attributes, "UNCONFIRMED"),
  /** The very person, in the pool that the set was made of. */
  themselves: standing(user.oldSub),
} as const;

/** What the journal says of the user. */
const journals = {
  nothing: {},
  intent: { intended: new Set([7]) },
  done: {
    done: new Map([[7, { kind: "done", user: 7, oldSub: "old-7", newSub: "new-7", at: AT } as const]]),
  },
  "done, then another intent": {
    done: new Map([[7, { kind: "done", user: 7, oldSub: "old-7", newSub: "new-7", at: AT } as const]]),
    intended: new Set([7]),
  },
  "refused, and made": {
    refused: new Map([
      [7, { kind: "refused", user: 7, oldSub: "old-7", newSub: "new-7", reason: "no" } as const],
    ]),
  },
  "refused, and somebody else's": {
    refused: new Map([
      [
        7,
        {
          kind: "refused",
          user: 7,
          oldSub: "old-7",
          newSub: "new-7",
          how: "overwrite",
          reason: "no",
        } as const,
      ],
    ]),
  },
  imported: { imported: new Set([7]), intended: new Set([7]) },
  "refused, and not made": {
    refused: new Map([[7, { kind: "refused", user: 7, oldSub: "old-7", reason: "no" } as const]]),
  },
  "an intent for somebody else": { intended: new Set([8]) },
} satisfies Record<string, Partial<JournalState>>;

const scopes = {
  everybody: { kind: "everybody" },
  "only who is missing": { kind: "missing" },
  "one by name": { kind: "users", names: ["user-7"] },
  "attributes alone": { kind: "attributes", names: ["user-7"] },
} as const satisfies Record<string, Scope>;

function decideFor(
  who: keyof typeof people,
  said: keyof typeof journals,
  scope: keyof typeof scopes,
  existing: ExistingPolicy,
): Decision {
  const nothing = {
    done: new Map(),
    refused: new Map(),
    intended: new Set<number>(),
    imported: new Set<number>(),
  };
  const journal = { ...nothing, ...journals[said] };
  return decide(user, people[who], journal, { scope: scopes[scope], existing });
}

const policies = ["fail", "skip", "overwrite"] as const;
const limited = ["only who is missing", "one by name"] as const;

describe("where the journal knows of nobody, it is decided by who stands there:", () => {
  it.each(policies)("a user who is missing is made, with --existing %s as with any other", (existing) => {
    for (const said of ["nothing", "intent", "refused, and not made", "refused, and made"] as const) {
      for (const scope of ["everybody", ...limited] as const) {
        expect(decideFor("nobody", said, scope, existing)).toBe("create");
      }
    }
  });

  it.each<[ExistingPolicy, Decision]>([
    ["fail", "clash"],
    ["skip", "standing"],
    ["overwrite", "overwrite"],
  ])("whoever else has the name: --existing %s = %s", (existing, decision) => {
    for (const who of ["ours", "twin", "stranger"] as const) {
      expect(decideFor(who, "nothing", "everybody", existing)).toBe(decision);
      expect(decideFor(who, "refused, and not made", "everybody", existing)).toBe(decision);
      expect(decideFor(who, "an intent for somebody else", "everybody", existing)).toBe(decision);
    }
  });

  it.each(limited)("whoever has the name of one who is missing keeps it when %s is asked for", (scope) => {
    for (const existing of policies) {
      for (const who of ["ours", "twin", "stranger", "newcomer"] as const) {
        expect(decideFor(who, "nothing", scope, existing)).toBe("taken");
      }
    }
  });

  it("the very person is not missing, whatever is asked for", () => {
    for (const existing of policies) {
      for (const scope of ["everybody", ...limited] as const) {
        for (const said of ["nothing", "intent", "refused, and not made"] as const) {
          expect(decideFor("themselves", said, scope, existing)).not.toMatch(/clash|taken|overwrite|unclear/);
        }
      }
    }
    expect(decideFor("themselves", "nothing", "only who is missing", "fail")).toBe("standing");
  });
});

describe("what earlier runs noted down comes first:", () => {
  const everywhere = policies.flatMap((existing) =>
    (["everybody", ...limited] as const).map((scope) => ({ existing, scope })),
  );

  it.each(everywhere)(
    "whom it names as done is done ($scope, --existing $existing)",
    ({ existing, scope }) => {
      expect(decideFor("ours", "done", scope, existing)).toBe("done");
    },
  );

  it.each(everywhere)(
    "whom it meant to make, and who looks as planned, is gone on with ($scope, --existing $existing)",
    ({ existing, scope }) => {
      expect(decideFor("twin", "intent", scope, existing)).toBe("resume");
      expect(decideFor("ours", "refused, and made", scope, existing)).toBe("resume");
      expect(decideFor("twin", "done, then another intent", scope, existing)).toBe("resume");
    },
  );

  it.each(everywhere)(
    "whom it meant to make, and who looks otherwise, may be either, and a person has to look ($scope, --existing $existing)",
    ({ existing, scope }) => {
      expect(decideFor("stranger", "intent", scope, existing)).toBe("unclear");
      expect(decideFor("stranger", "done, then another intent", scope, existing)).toBe("unclear");
    },
  );

  it.each(everywhere)(
    "whoever has signed up under a name that it meant to make is somebody else ($scope, --existing $existing)",
    ({ existing, scope }) => {
      for (const said of ["intent", "imported"] as const) {
        expect(decideFor("newcomer", said, scope, existing)).toBe(
          decideFor("newcomer", "nothing", scope, existing),
        );
      }
    },
  );

  it.each(everywhere)(
    "whom an import job made is gone on with, however they look by now ($scope, --existing $existing)",
    ({ existing, scope }) => {
      for (const who of ["twin", "stranger"] as const) {
        expect(decideFor(who, "imported", scope, existing)).toBe("resume");
      }
    },
  );

  it.each(everywhere)(
    "an account that it could not overwrite is nobody whom it made ($scope, --existing $existing)",
    ({ existing, scope }) => {
      expect(decideFor("ours", "refused, and somebody else's", scope, existing)).toBe(
        decideFor("ours", "nothing", scope, existing),
      );
    },
  );

  it.each(everywhere)(
    "whoever took the name of one who was done and deleted is somebody else, twin or not ($scope, --existing $existing)",
    ({ existing, scope }) => {
      for (const who of ["twin", "stranger"] as const) {
        expect(decideFor(who, "done", scope, existing)).toBe(decideFor(who, "nothing", scope, existing));
      }
    },
  );

  it("who was done and deleted since is not made again, but when they are asked for", () => {
    expect(decideFor("nobody", "done", "everybody", "fail")).toBe("gone");
    for (const scope of limited) expect(decideFor("nobody", "done", scope, "fail")).toBe("create");
  });
});

describe("when attributes alone are to be put back", () => {
  it.each(Object.keys(journals) as (keyof typeof journals)[])(
    "whoever stands there is repaired and nobody is made, whatever the journal says (%s)",
    (said) => {
      for (const who of ["ours", "twin", "stranger"] as const) {
        expect(decideFor(who, said, "attributes alone", "fail")).toBe("repair");
      }
      expect(decideFor("nobody", said, "attributes alone", "fail")).toBe("gone");
    },
  );
});
