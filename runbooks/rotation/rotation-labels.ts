/** Labels that Secrets Manager itself gives (Secrets Manager User Guide, "What's in a Secrets Manager secret?"). */
export const CURRENT = "AWSCURRENT";
export const PREVIOUS = "AWSPREVIOUS";
export const PENDING = "AWSPENDING";

/** On the version whose secret a rotation added and a rollback gave up. */
export const ROLLED_BACK = "sekisho-rolled-back";

const REPLACES = "sekisho-replaces-";
const GRACE_UNTIL = "sekisho-grace-until-";
const CONSUMER = "sekisho-consumer-";

/** What the labels of one version say about a rotation. */
export interface RotationLabels {
  /** Ids, in Cognito, of the secret that was there before this version's; one at most unless somebody meddled. */
  replaces: string[];
  consumers: string[];
  /** Undefined as long as the grace has not begun. */
  graceUntil: Date | undefined;
  isRolledBack: boolean;
}

/** On a new version: which secret of the client stood there before its own was added. */
export function replacesLabel(secretId: string): string {
  return `${REPLACES}${secretId}`;
}

/** On a new version: who has to prove that it reads it. */
export function consumerLabel(name: string): string {
  return `${CONSUMER}${name}`;
}

/** On a new version: until when both secrets stay, by the whole second, such as `sekisho-grace-until-20261121T030000Z`. */
export function graceLabel(until: Date): string {
  return `${GRACE_UNTIL}${until.toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

export function isGraceLabel(label: string): boolean {
  return label.startsWith(GRACE_UNTIL);
}

export function readRotationLabels(labels: readonly string[]): RotationLabels {
  const rest = (prefix: string) =>
    labels.flatMap((label) => (label.startsWith(prefix) ? [label.slice(prefix.length)] : []));
  const ends = rest(GRACE_UNTIL).flatMap((text) => readTime(text) ?? []);
  return {
    replaces: rest(REPLACES),
    consumers: rest(CONSUMER).sort(),
    graceUntil: ends.sort((one, other) => other.getTime() - one.getTime())[0],
    isRolledBack: labels.includes(ROLLED_BACK),
  };
}

/**
 * The labels of a rotation among those of a version, in the order in which they are taken off: the one that says whose
 * secret is whose goes last, so that whatever is left can be taken off by the next run.
 */
export function ownLabels(labels: readonly string[]): string[] {
  const order = [PENDING, CONSUMER, GRACE_UNTIL, ROLLED_BACK, REPLACES];
  return order.flatMap((start) => labels.filter((label) => label.startsWith(start)).sort());
}

/** Those that a swap of clients gives; AWSPENDING and whose secret is whose belong to rotations of another kind. */
export function swapLabels(labels: readonly string[]): string[] {
  return ownLabels(labels).filter((label) => label.startsWith(CONSUMER) || isGraceLabel(label));
}

function readTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
