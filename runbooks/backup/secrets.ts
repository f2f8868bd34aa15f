/**
 * AWS's description of a pool, client or provider without any secret value: client secrets, what identity providers call
 * `client_secret`, `private_key`, an API key or a token, and passwords inside addresses. What was left out stays visible
 * as a note in its place.
 */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return value.replace(USER_IN_URL, `$1${LEFT_OUT}@`);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecret(key, inner) ? LEFT_OUT : withoutSecrets(inner),
    ]),
  );
}

/** A policy about passwords is an object and no secret; a secret may come as text, list or object. */
function isSecret(key: string, value: unknown): boolean {
  return SECRET_KEY.test(key) || (typeof value === "string" && SECRET_TEXT_KEY.test(key));
}

const SECRET_KEY = /secret|private_?key/i;
const SECRET_TEXT_KEY = /password|passphrase|api_?key|access_?key|credential|(^|_)token$/i;
const USER_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*:[^/?#\s@]*@/gi;
const LEFT_OUT = "(a secret; not in the backup)";
