import { TRIGGER_FUNCTIONS, type TriggerName, triggerFunctionName } from "../functions/trigger-functions.ts";
import type { AlarmDefinition, Metric } from "./alarm-definition.ts";

/**
 * Alarms about the functions that Cognito calls while people sign up and in: one that fails, or that Lambda does not
 * start, keeps everybody out who needs it (AWS Lambda Developer Guide, "Types of metrics for Lambda functions").
 */
export function functionAlarms(stack: string, triggers: readonly TriggerName[]): AlarmDefinition[] {
  return triggers.flatMap((trigger) => [errorAlarm(stack, trigger), throttleAlarm(stack, trigger)]);
}

function errorAlarm(stack: string, trigger: TriggerName): AlarmDefinition {
  const { name } = TRIGGER_FUNCTIONS[trigger];
  const alarm = { ...FIVE_MINUTES, name: `function-errors-${name}`, page: "function-errors" };
  const errors = counted("Errors", stack, trigger);
  if (trigger !== "preSignUp") {
    const says = `the function ${name}, which Cognito calls while people sign up and in, has failed: what it was called for did not happen.`;
    return { ...alarm, says, watched: { metric: errors } };
  }
  // It refuses by failing, as Cognito wants it, so a refusal looks like a fault. Nobody gets in: that is one.
  return {
    ...alarm,
    says: `five or more people signed up within an hour, and the function ${name} let none of them: it is broken, or somebody tries addresses.`,
    watched: {
      expression: "IF(FILL(calls, 0) >= 5 AND FILL(errors, 0) >= FILL(calls, 0), 1, 0)",
      label: "An hour in which nobody could sign up",
      metrics: { calls: counted("Invocations", stack, trigger), errors },
    },
    periodSeconds: 3600,
  };
}

function throttleAlarm(stack: string, trigger: TriggerName): AlarmDefinition {
  const { name } = TRIGGER_FUNCTIONS[trigger];
  return {
    ...FIVE_MINUTES,
    name: `function-throttles-${name}`,
    page: "function-throttles",
    says: `Lambda did not start the function ${name}, which Cognito calls while people sign up and in, because too many functions of the account run at once.`,
    watched: { metric: counted("Throttles", stack, trigger) },
  };
}

const FIVE_MINUTES = {
  comparison: "at least",
  threshold: 1,
  periodSeconds: 300,
  periods: 1,
  alarmingPeriods: 1,
  silence: "fine",
} as const;

function counted(name: "Errors" | "Invocations" | "Throttles", stack: string, trigger: TriggerName): Metric {
  return {
    namespace: "AWS/Lambda",
    name,
    dimensions: { FunctionName: triggerFunctionName(stack, trigger) },
    statistic: "Sum",
  };
}
