/**
 * AWS's description of a pool, client or provider without any secret value: client secrets, and what identity
 * providers call `client_secret` or `private_key`. What was left out stays visible as a note in its place.
 */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" && SECRET_KEY.test(key) ? LEFT_OUT : withoutSecrets(inner),
    ]),
  );
}

const SECRET_KEY = /secret|private_?key|password/i;
const LEFT_OUT = "(a secret; not in the backup)";
