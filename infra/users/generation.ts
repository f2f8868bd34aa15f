/**
 * The name of something that belongs to one generation of the user pool: unchanged for the first, so that stacks
 * made before the second existed keep their resources; `-g2` and so on after it.
 */
export function nameOfGeneration(name: string, generation: number): string {
  return generation === 1 ? name : `${name}-g${generation}`;
}
