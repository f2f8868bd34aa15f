/** A question and its answer, as somebody has chosen them. */
export interface Registration {
  question: string;
  /** Normalised. */
  answer: string;
}

/** The most that is read of what somebody typed; whatever is longer is wrong. */
const LONGEST_TYPED = 2_000;
const LONGEST_QUESTION = 200;
const LONGEST_ANSWER = 200;
const SHORTEST_ANSWER = 2;

/**
 * An answer as it is compared: people type it differently each time. Full width and half width, upper and lower case,
 * composed and decomposed letters are one; blanks at the ends go, several are one. Undefined where too little or too
 * much is left.
 */
export function normalizeAnswer(typed: string): string | undefined {
  if (typed.length > LONGEST_TYPED) return undefined;
  const answer = foldCase(typed.normalize("NFKC"))
    .normalize("NFKC")
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
  const length = [...answer].length;
  return length >= SHORTEST_ANSWER && length <= LONGEST_ANSWER ? answer : undefined;
}

/**
 * What somebody wants to register: JSON with `question` and `answer`. Undefined where it is not that, or where the
 * question gives the answer away.
 */
export function readRegistration(typed: string): Registration | undefined {
  const value = typed.length > LONGEST_TYPED ? undefined : parseJson(typed);
  if (typeof value !== "object" || value === null) return undefined;
  if (!("question" in value) || !("answer" in value)) return undefined;
  if (typeof value.question !== "string" || typeof value.answer !== "string") return undefined;
  const question = value.question.normalize("NFC").trim();
  const answer = normalizeAnswer(value.answer);
  const length = [...question].length;
  if (answer === undefined || length === 0 || length > LONGEST_QUESTION || /\p{Cc}/u.test(question))
    return undefined;
  return normalizeAnswer(question)?.includes(answer) ? undefined : { question, answer };
}

// Through upper case: ß and ss, ς and σ are then one as well.
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever typed it gets to hear that it was wrong, as with every other answer.
    return undefined;
  }
}
