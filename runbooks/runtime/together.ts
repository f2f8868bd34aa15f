/**
 * Runs tasks side by side and waits for all of them. The first failure stops the others through the signal they
 * are given, and is thrown when the last one has ended, so that nothing goes on unseen.
 */
export async function runTogether<Result>(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<Result>)[],
): Promise<Result[]> {
  const stop = new AbortController();
  let failure: { error: unknown } | undefined;
  const both = AbortSignal.any([signal, stop.signal]);
  const runs = tasks.map(async (task) => {
    try {
      return await task(both);
    } catch (error) {
      failure ??= { error };
      stop.abort(error);
      throw error;
    }
  });
  const results = await Promise.allSettled(runs);
  if (failure) throw failure.error;
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
