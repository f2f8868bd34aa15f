import type { Settings } from "../settings.ts";

/** One function that Cognito calls, and for what. */
export interface TriggerFunction {
  /** From the folder of Pulumi.yaml. */
  entry: string;
  /** What the function's name ends with. */
  name: string;
  /** The triggers that it serves, as the pool names them. */
  serves: readonly PoolTrigger[];
  description: string;
  memoryMb: number;
}

/** The triggers of a pool that this program can set. */
export type PoolTrigger =
  | "createAuthChallenge"
  | "customMessage"
  | "defineAuthChallenge"
  | "postAuthentication"
  | "postConfirmation"
  | "preAuthentication"
  | "preSignUp"
  | "verifyAuthChallengeResponse";

export type TriggerName = keyof typeof TRIGGER_FUNCTIONS;

// Memory is also speed: Cognito waits five seconds, start of the function included.
export const TRIGGER_FUNCTIONS = {
  customMessage: {
    entry: "infra/triggers/custom-message.ts",
    name: "custom-message",
    serves: ["customMessage"],
    description: "Writes the mails and text messages of the pool",
    memoryMb: 256,
  },
  preSignUp: {
    entry: "infra/triggers/pre-sign-up.ts",
    name: "pre-sign-up",
    serves: ["preSignUp"],
    description: "Refuses who signs up with a mail address of another domain",
    memoryMb: 256,
  },
  postConfirmation: {
    entry: "infra/triggers/post-confirmation.ts",
    name: "post-confirmation",
    serves: ["postConfirmation"],
    description: "Puts who has signed up into a group",
    memoryMb: 512,
  },
  defineQuestion: {
    entry: "infra/triggers/define-question.ts",
    name: "define-question",
    serves: ["defineAuthChallenge"],
    description: "Says which step of a sign-in with a question comes next",
    memoryMb: 256,
  },
  createQuestion: {
    entry: "infra/triggers/create-question.ts",
    name: "create-question",
    serves: ["createAuthChallenge"],
    description: "Finds the question of who signs in",
    memoryMb: 512,
  },
  verifyAnswer: {
    entry: "infra/triggers/verify-answer.ts",
    name: "verify-answer",
    serves: ["verifyAuthChallengeResponse"],
    description: "Judges the answer of who signs in, and stores new questions",
    memoryMb: 1024,
  },
  signInLog: {
    entry: "infra/triggers/sign-in-log.ts",
    name: "sign-in-log",
    serves: ["preAuthentication", "postAuthentication"],
    description: "Writes down who tries to sign in, and who succeeds",
    memoryMb: 256,
  },
} as const satisfies Record<string, TriggerFunction>;

/** The name of a function in its account and Region. */
export function triggerFunctionName(stack: string, trigger: TriggerName): string {
  return `sekisho-${stack}-${TRIGGER_FUNCTIONS[trigger].name}`;
}

/** The functions that a stack has; none where no setting asks for one. */
export function wantedTriggers({ triggers, audit }: Pick<Settings, "triggers" | "audit">): TriggerName[] {
  const { customMessage, allowMailDomains, groupOnSignUp, secretQuestion } = triggers ?? {};
  return [
    ...(customMessage ? (["customMessage"] as const) : []),
    ...(allowMailDomains ? (["preSignUp"] as const) : []),
    ...(groupOnSignUp !== undefined ? (["postConfirmation"] as const) : []),
    ...(secretQuestion ? (["defineQuestion", "createQuestion", "verifyAnswer"] as const) : []),
    ...(audit?.signInLog === "trigger" ? (["signInLog"] as const) : []),
  ];
}
