/** How one try to sign in ended. */
export interface SignInEnd {
  /** `interrupted`: it was under way when something moved; begun afresh it would go on. */
  kind: "signed-in" | "interrupted" | "failed";
  /** The page it ended at, for people. */
  at: string;
}

/** What became of people who kept signing in. */
export interface SignInCounts {
  /** Tries that were begun. */
  signIns: number;
  /** Tries that had to be begun once more, and then led in. */
  interrupted: number;
  /** Tries that led nobody in, not even when begun once more. */
  failed: number;
  /** The page that the first of those ended at. */
  firstFailure?: string;
}

export interface SignInTraffic {
  /** Goes on until so many have been tried in all, and tells how they ended. */
  stop(atLeast: number): Promise<SignInCounts>;
}

export interface SignInTrafficOptions {
  /** Tries to sign in, from the beginning to the application. */
  signIn: () => Promise<SignInEnd>;
  /** What happens between two tries. */
  pause: () => Promise<void>;
}

/**
 * Lets somebody sign in again and again, one try after the other, while other things happen. Whoever was interrupted
 * begins once more, as a person would; only who then does not get in has failed. A try that throws ends the traffic, and
 * `stop` throws it.
 */
export function startSignInTraffic({ signIn, pause }: SignInTrafficOptions): SignInTraffic {
  const counts: SignInCounts = { signIns: 0, interrupted: 0, failed: 0 };
  let wanted = Number.POSITIVE_INFINITY;
  const run = async (): Promise<void> => {
    while (counts.signIns < wanted) {
      counts.signIns += 1;
      const first = await signIn();
      const end = first.kind === "interrupted" ? await signIn() : first;
      if (end.kind !== "signed-in") {
        counts.failed += 1;
        counts.firstFailure ??= end.at;
      } else if (first.kind === "interrupted") counts.interrupted += 1;
      await pause();
    }
  };
  const ended = run();
  // Whoever never asks how it ended must not end the process by it.
  ended.catch(() => {});
  return {
    stop: async (atLeast) => {
      wanted = Math.max(atLeast, counts.signIns);
      await ended;
      return counts;
    },
  };
}
