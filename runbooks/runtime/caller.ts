import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { z } from "zod";
import type { AwsCaller } from "./aws-calls.ts";
import { foreignAnswer } from "./aws-errors.ts";

/** Whose credentials a command works with. */
export interface Caller {
  /** Of the user or of the role's session; the session's name is often the person's. */
  arn: string;
  /** Twelve digits. */
  account: string;
}

/** Asks AWS who calls (AWS Security Token Service API Reference, GetCallerIdentity); it takes no right. */
export async function findCaller(client: STSClient, call: AwsCaller): Promise<Caller> {
  const answer = await call("GetCallerIdentity", (abortSignal) =>
    client.send(new GetCallerIdentityCommand({}), { abortSignal }),
  );
  const read = identity.safeParse(answer);
  if (read.success) return { arn: read.data.Arn, account: read.data.Account };
  throw foreignAnswer("GetCallerIdentity");
}

const identity = z
  .object({ Arn: z.string().regex(/^arn:[\w-]+:(iam|sts)::\d{12}:./), Account: z.string() })
  .refine(({ Arn, Account }) => Arn.split(":")[4] === Account);
