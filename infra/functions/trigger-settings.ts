/** Where a trigger finds what it must know of its stack: beside its code, written when it was bundled. */
export const TRIGGER_SETTINGS_FILE = "settings.json";

export interface PreSignUpSettings {
  /** As `normalDomain` writes them. */
  mailDomains: string[];
}

export interface PostConfirmationSettings {
  /** The group that whoever signed up becomes a member of. */
  group: string;
}
