/** One thing that is wrong with a stack file: where (`sekisho:routes.rules[0].from`), and in one sentence what and the way out. */
export interface Fault {
  path: string;
  message: string;
}
