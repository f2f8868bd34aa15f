/** Whatever leads to a person's own accounts: AWS, Pulumi, and anything that is called a secret. */
const CREDENTIAL =
  /^(AWS|PULUMI)_|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|(^|_)API_?KEY|PRIVATE_?KEY|_AUTH(_|$)/i;

/**
 * The environment for processes of the local AWS: a person's own, without anything that could reach a real account or be
 * found in a process that outlives the shell, and with `additions`.
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  additions: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !CREDENTIAL.test(name)) kept[name] = value;
  }
  return { ...kept, ...additions };
}
