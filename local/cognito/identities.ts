/** One person at one identity provider, as the attribute `identities` holds it (AdminGetUser, ListUsers). */
export interface Identity {
  /** The person's id there: the subject, or the value of the attribute that was linked. */
  userId: string;
  providerName: string;
  providerType: string;
  issuer: string | null;
  /** true for the identity a profile was made for, false for one that was linked to it. */
  primary: boolean;
  /** Milliseconds since the epoch. */
  dateCreated: number;
}

type Attributes = Readonly<Record<string, string>>;

/** The identities of a user; none where the attribute is absent. */
export function readIdentities(attributes: Attributes): Identity[] {
  return attributes.identities === undefined ? [] : JSON.parse(attributes.identities);
}

/** The attributes with these identities instead of the ones they had; without any, the attribute is absent. */
export function withIdentities(attributes: Attributes, identities: readonly Identity[]): Attributes {
  const { identities: _, ...others } = attributes;
  return identities.length === 0 ? others : { ...others, identities: JSON.stringify(identities) };
}
