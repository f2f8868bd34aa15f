import type { CrossCheck } from "../cross-check.ts";
import { settingPath } from "../fault.ts";

/**
 * The question belongs to a client, not to the user: managed login never asks it (Amazon Cognito Developer Guide,
 * Custom authentication challenge Lambda triggers), and clients with other flows do not either.
 */
export const questionIsAvoidable: CrossCheck = ({ triggers, clients = [] }) => {
  if (!triggers?.secretQuestion) return [];
  const ways = clients
    .filter(({ kind, flows }) => kind !== "machine" && !flows.includes("question"))
    .map(({ name }) => settingPath("sekisho:clients", name));
  if (ways.length === 0) return [];
  return [
    {
      path: "sekisho:triggers.secretQuestion",
      message: `is true, but people also get in without the question, by ${ways.join(", ")}: the sign-in page and other flows never ask it; keep what the question protects behind its own client`,
    },
  ];
};
