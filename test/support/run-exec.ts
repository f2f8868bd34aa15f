import { runRunbook } from "../../runbooks/runtime/runbook.ts";
import { execRunbook } from "../../runbooks/sign-in/verbs/exec.ts";

await runRunbook(execRunbook);
