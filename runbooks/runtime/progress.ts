export interface ProgressOptions {
  /** What is counted, in the plural: "users". */
  noun: string;
  /** How many there will be, as far as anybody knows; 0 = unknown. */
  expected: number;
  now: () => Date;
  writeLine: (line: string) => void;
  /** Seconds between two lines, so that a log stays readable. */
  everySeconds?: number;
}

export interface Progress {
  /** Counts so many more, and writes a line when the last one is old enough. */
  add: (count: number) => void;
  count: () => number;
}

/** Counts long work and says now and then how far it is, how fast it goes and how long it will take. */
export function createProgress({
  noun,
  expected,
  now,
  writeLine,
  everySeconds = 5,
}: ProgressOptions): Progress {
  const startedAt = now().getTime();
  let lastLineAt = startedAt;
  let count = 0;
  return {
    add: (more) => {
      count += more;
      const at = now().getTime();
      if (at - lastLineAt < everySeconds * 1_000) return;
      lastLineAt = at;
      writeLine(formatProgress({ noun, count, expected, seconds: (at - startedAt) / 1_000 }));
    },
    count: () => count,
  };
}

/** "12,000 of about 100,000 users, 1,800/s, about 49 s left". */
export function formatProgress(state: {
  noun: string;
  count: number;
  expected: number;
  seconds: number;
}): string {
  const { noun, count, expected, seconds } = state;
  const rate = seconds > 0 ? count / seconds : 0;
  const speed = `${formatCount(Math.round(rate))}/s`;
  if (expected <= count || rate === 0) return `${formatCount(count)} ${noun}, ${speed}`;
  const left = formatDuration((expected - count) / rate);
  return `${formatCount(count)} of about ${formatCount(expected)} ${noun}, ${speed}, about ${left} left`;
}

/** 1234567 -> "1,234,567". */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** 1, "group" -> "1 group"; 1200, "group" -> "1,200 groups". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Seconds for people: "49 s", "12 min", "3 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
