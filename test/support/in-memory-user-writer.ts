import { missingLinks } from "../../runbooks/reimport/reimport-plan.ts";
import { toStanding } from "../../runbooks/reimport/standing-users.ts";
import type { TargetUser } from "../../runbooks/reimport/target-pool.ts";
import type { UserWriter } from "../../runbooks/reimport/user-writer.ts";
import { AwsRefusalError } from "../../runbooks/runtime/aws-errors.ts";
import { NotFoundError, RemoteError } from "../../runbooks/runtime/errors.ts";

/** A user of the pool in memory, with what no list of users tells. */
export interface InMemoryUser extends TargetUser {
  attributes: Map<string, string>;
  groups: Set<string>;
  factors: readonly string[];
  passwords: string[];
}

/** How a call ends: it never arrives, its answer is lost, or AWS refuses it by that name. */
export type WriteFate = "lost" | "answer-lost" | { refusal: string };

export interface InMemoryUserWriter extends UserWriter {
  /** By user name, which is the name that they are created by. */
  users: Map<string, InMemoryUser>;
  /** Every call that came so far: the operation and whom it is about. */
  calls: string[];
  /** Decides how a call ends; undefined = it arrives and is answered. */
  fate: (call: string) => WriteFate | undefined;
  /** Puts somebody there whom no re-import made. */
  add: (username: string, values?: Partial<InMemoryUser>) => InMemoryUser;
}

/** A user pool as a re-import writes to it, in memory: it refuses names that are taken, and passwords used before. */
export function createInMemoryUserWriter(): InMemoryUserWriter {
  let made = 0;
  const refuse = (name: string, call: string) => new AwsRefusalError(name, `${call}: ${name}.`, {});
  const run = async <Answer>(call: string, work: () => Answer): Promise<Answer> => {
    const fate = world.fate(call);
    world.calls.push(call);
    if (fate === "lost") throw new RemoteError(`${call}: no answer.`);
    if (typeof fate === "object") throw refuse(fate.refusal, call);
    const answer = work();
    if (fate === "answer-lost") throw new RemoteError(`${call}: no answer.`);
    return answer;
  };
  const require = (username: string, call: string): InMemoryUser => {
    const user = world.users.get(username);
    if (user !== undefined) return user;
    const cause = Object.assign(new Error(call), { name: "UserNotFoundException" });
    throw new NotFoundError(`${call}: not found (UserNotFoundException).`, { cause });
  };
  const change = (operation: string, username: string, work: (user: InMemoryUser) => void): Promise<void> => {
    const call = `${operation} ${username}`;
    return run(call, () => work(require(username, call)));
  };
  const world: InMemoryUserWriter = {
    users: new Map(),
    calls: [],
    fate: () => undefined,
    add: (username, values = {}) => {
      made += 1;
      const user: InMemoryUser = {
        sub: `sub-${made}`,
        username,
        status: "CONFIRMED",
        isEnabled: true,
        created: "2026-11-21T03:00:00.000Z",
        modified: "2026-11-21T03:00:00.000Z",
        attributes: new Map(),
        groups: new Set(),
        factors: [],
        passwords: [],
        ...values,
      };
      world.users.set(username, user);
      return user;
    },
    create: ({ name, attributes }) => {
      const call = `create ${name}`;
      return run(call, () => {
        if (world.users.has(name)) throw refuse("UsernameExistsException", call);
        const user = world.add(name, { status: "FORCE_CHANGE_PASSWORD", attributes: new Map(attributes) });
        return { username: user.username, sub: user.sub };
      });
    },
    setPassword: (username, password) =>
      change("setPassword", username, (user) => {
        user.passwords.push(password);
        user.status = "CONFIRMED";
      }),
    disable: (username) =>
      change("disable", username, (user) => {
        user.isEnabled = false;
      }),
    addToGroup: (username, group) =>
      change(`addToGroup ${group}`, username, (user) => {
        user.groups.add(group);
      }),
    link: (username, identity) =>
      change(`link ${identity.provider}`, username, (user) => {
        const call = `link ${identity.provider} ${username}`;
        if (missingLinks({ links: [identity] }, user.attributes.get("identities")).length === 0) {
          throw refuse("InvalidParameterException", call);
        }
        const { provider: providerName, userId } = identity;
        const present = JSON.parse(user.attributes.get("identities") ?? "[]") as object[];
        user.attributes.set("identities", JSON.stringify([...present, { providerName, userId }]));
      }),
    setFactors: (username, { enabled }) =>
      change("setFactors", username, (user) => {
        user.factors = enabled;
      }),
    updateAttributes: (username, attributes) =>
      change(`updateAttributes ${attributes.map(([name]) => name).join(" ")}`, username, (user) => {
        for (const [name, value] of attributes) user.attributes.set(name, value);
      }),
    createGroup: () => run("createGroup", () => {}),
    find: (name) => run(`find ${name}`, () => world.users.get(name)),
    awsTime: () => new Date("2026-11-21T03:00:00.000Z"),
  };
  return world;
}

/** A user in memory as the lists of users give them. */
export function standingOf(user: InMemoryUser) {
  return toStanding(user);
}
