import { readIdentities } from "./identities.ts";
import { SequencedList } from "./sequenced-list.ts";
import type { SignInAttribute, User } from "./state.ts";

/** How a pool finds its users: which attributes sign them in, and whether case counts. */
export interface DirectoryRules {
  usernameAttributes: readonly SignInAttribute[];
  aliasAttributes: readonly SignInAttribute[];
  isCaseSensitive: boolean;
}

/** The users of one pool: in creation order, and found at once by user name, sub or sign-in attribute. */
export class UserDirectory {
  readonly #rules: DirectoryRules;
  readonly #list = new SequencedList<User>();
  readonly #byUsername = new Map<string, User>();
  /** Only users whose name is not their sub. */
  readonly #bySub = new Map<string, User>();
  readonly #byAlias: ReadonlyMap<SignInAttribute, Map<string, User>>;
  readonly #byIdentity = new Map<string, User>();

  constructor(rules: DirectoryRules) {
    this.#rules = rules;
    const signIn = [...rules.usernameAttributes, ...rules.aliasAttributes];
    this.#byAlias = new Map(signIn.map((name) => [name, new Map<string, User>()]));
  }

  get size(): number {
    return this.#list.size;
  }

  /** Adds a user built by `build`, which gets the place in creation order. Names and aliases must be free. */
  add(build: (sequence: number) => User): User {
    const user = build(this.#list.nextSequence);
    this.#list.add(user);
    this.#byUsername.set(this.#fold(user.username), user);
    if (user.sub !== user.username) this.#bySub.set(user.sub, user);
    this.#claimNames(user);
    return user;
  }

  remove(user: User): void {
    this.#list.remove(user.sequence);
    this.#byUsername.delete(this.#fold(user.username));
    this.#bySub.delete(user.sub);
    this.#releaseNames(user);
  }

  /** Replaces a user's attributes and keeps the sign-in names right; the caller has made sure they are free. */
  replaceAttributes(user: User, attributes: Readonly<Record<string, string>>): void {
    this.#releaseNames(user);
    user.attributes = attributes;
    this.#claimNames(user);
  }

  /** By user name, then sub, then sign-in attribute, as AdminGetUser resolves its Username. */
  find(name: string): User | undefined {
    const exact = this.findByUsername(name) ?? this.findBySub(name);
    if (exact !== undefined) return exact;
    for (const attribute of this.#byAlias.keys()) {
      const user = this.findByAlias(attribute, name);
      if (user !== undefined) return user;
    }
    return undefined;
  }

  findByUsername(username: string): User | undefined {
    return this.#byUsername.get(this.#fold(username));
  }

  findBySub(sub: string): User | undefined {
    const user = this.#bySub.get(sub) ?? this.#byUsername.get(sub);
    return user?.sub === sub ? user : undefined;
  }

  /** The user who can sign in with this value of the attribute; undefined also where the attribute is no sign-in name. */
  findByAlias(attribute: SignInAttribute, value: string): User | undefined {
    return this.#byAlias.get(attribute)?.get(this.#fold(value));
  }

  /** The user with this identity, their own or a linked one. */
  findByIdentity(providerName: string, userId: string): User | undefined {
    return this.#byIdentity.get(keyOf(providerName, userId));
  }

  after(sequence: number): Generator<{ sequence: number; item: User }> {
    return this.#list.after(sequence);
  }

  /**
   * The sign-in names these attributes give: a user-name attribute at once; as alias an address or number only once it is
   * verified (Developer Guide, "Customizing sign-in attributes").
   */
  aliasesOf(attributes: Readonly<Record<string, string>>): [SignInAttribute, string][] {
    const aliases: [SignInAttribute, string][] = [];
    for (const attribute of this.#byAlias.keys()) {
      const value = attributes[attribute];
      if (value === undefined) continue;
      const isActive =
        this.#rules.usernameAttributes.includes(attribute) ||
        attribute === "preferred_username" ||
        attributes[`${attribute}_verified`] === "true";
      if (isActive) aliases.push([attribute, value]);
    }
    return aliases;
  }

  #claimNames(user: User): void {
    for (const { providerName, userId } of readIdentities(user.attributes)) {
      this.#byIdentity.set(keyOf(providerName, userId), user);
    }
    if (this.#byAlias.size === 0 || !hasAliases(user)) return;
    for (const [attribute, value] of this.aliasesOf(user.attributes)) {
      this.#byAlias.get(attribute)?.set(this.#fold(value), user);
    }
  }

  #releaseNames(user: User): void {
    for (const { providerName, userId } of readIdentities(user.attributes)) {
      this.#byIdentity.delete(keyOf(providerName, userId));
    }
    if (this.#byAlias.size === 0) return;
    for (const [attribute, value] of this.aliasesOf(user.attributes)) {
      const index = this.#byAlias.get(attribute);
      const key = this.#fold(value);
      if (index?.get(key) === user) index.delete(key);
    }
  }

  #fold(name: string): string {
    return this.#rules.isCaseSensitive ? name : name.toLowerCase();
  }
}

/** A profile that a provider's sign-in made is found by no address or number: others may have the same. */
export function hasAliases({ status }: Pick<User, "status">): boolean {
  return status !== "EXTERNAL_PROVIDER";
}

function keyOf(providerName: string, userId: string): string {
  return `${providerName}\0${userId}`;
}
