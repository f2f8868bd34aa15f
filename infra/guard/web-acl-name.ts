/** The name of one of a stack's web ACLs, by which it is known again; also what its metrics begin with. */
export function webAclName(stack: string, what: string): string {
  return `sekisho-${stack}-${what}`;
}
