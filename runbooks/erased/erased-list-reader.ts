import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SetStore } from "../backup/set-store.ts";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { BadInputError, IntegrityError, NotFoundError } from "../runtime/errors.ts";
import { createErasedCheck, type ErasedCheck, parseErasedKey, parseErasedList } from "./erased-list.ts";

/** Where the erased list and its key lie. */
export interface ErasedListSource {
  /** The work bucket. */
  store: Pick<SetStore, "bucket" | "get">;
  /** The list's key in the bucket. */
  object: string;
  client: SecretsManagerClient;
  /** The name of the secret that holds the list's key. */
  secret: string;
  call: AwsCaller;
}

/** The people of a stack who were erased. */
export interface ErasedPeople {
  count: number;
  isErased: ErasedCheck;
}

/**
 * Reads who must not come back. Throws BadInputError where the list or its key is not there: without them nobody could
 * be recognised, so it takes a person to go on. Throws what parseErasedList and parseErasedKey throw.
 */
export async function readErasedPeople(source: ErasedListSource): Promise<ErasedPeople> {
  const key = parseErasedKey(await readSecret(source));
  const list = parseErasedList(decode(await readObject(source)), key);
  return { count: list.length, isErased: createErasedCheck(list, key) };
}

async function readSecret({ client, secret, call }: ErasedListSource): Promise<string> {
  const answer = await orMissing(`There is no key of the erased list in the secret ${secret}.`, () =>
    call(`GetSecretValue ${secret}`, (abortSignal) =>
      client.send(new GetSecretValueCommand({ SecretId: secret }), { abortSignal }),
    ),
  );
  // What holds no text holds no key either.
  return answer.SecretString ?? "";
}

function readObject({ store, object }: ErasedListSource): Promise<Buffer> {
  return orMissing(`There is no erased list at s3://${store.bucket}/${object}.`, () => store.get(object));
}

async function orMissing<Result>(message: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new BadInputError(message, {
      remedy: "Deploy the stack, or spell --no-erased-list.",
      cause: error,
    });
  }
}

/** Bytes that are no UTF-8 were not written as a list. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new IntegrityError("The erased list is not UTF-8.", {
      remedy: "Bring an earlier version of the object back.",
      cause,
    });
  }
}
