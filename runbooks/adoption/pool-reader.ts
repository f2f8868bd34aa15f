import {
  type CognitoIdentityProviderClient,
  DescribeManagedLoginBrandingByClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describePool } from "../backup/pool-description.ts";
import { openUserPool } from "../backup/user-pool.ts";
import type { AwsCaller } from "../runtime/aws-calls.ts";
import { IntegrityError, NotFoundError } from "../runtime/errors.ts";
import { type ExistingPool, existingPool } from "./existing-pool.ts";

export interface PoolSource {
  client: CognitoIdentityProviderClient;
  userPoolId: string;
  call: AwsCaller;
  pause: (milliseconds: number) => Promise<void>;
}

/** Reads a pool with its clients, groups, addresses and styles; changes nothing, and never a user. */
export async function readExistingPool(source: PoolSource): Promise<ExistingPool> {
  const document = await describePool(source);
  const groups = new Map<string, object>();
  for await (const page of openUserPool(source).listGroups()) {
    for (const group of page) groups.set(group.name, group);
  }
  const clientIds = document.clients.flatMap(({ ClientId }) =>
    typeof ClientId === "string" ? [ClientId] : [],
  );
  const styles: Record<string, { id: string; isPlain: boolean }> = {};
  for (const clientId of clientIds) {
    const style = await readStyle(source, clientId);
    if (style) styles[clientId] = style;
  }
  const read = existingPool.safeParse({ ...document, groups: [...groups.values()], styles });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new IntegrityError(
    `${source.userPoolId}: AWS described it in a way this command does not know, at ${issue?.path.join(".")}.`,
    { remedy: "Nothing was written; report it.", cause: read.error },
  );
}

async function readStyle(
  { client, userPoolId, call }: PoolSource,
  clientId: string,
): Promise<{ id: string; isPlain: boolean } | undefined> {
  const input = { UserPoolId: userPoolId, ClientId: clientId };
  try {
    const { ManagedLoginBranding: style } = await call(
      `DescribeManagedLoginBrandingByClient on ${clientId}`,
      (abortSignal) => client.send(new DescribeManagedLoginBrandingByClientCommand(input), { abortSignal }),
    );
    if (!style?.ManagedLoginBrandingId) return undefined;
    return { id: style.ManagedLoginBrandingId, isPlain: style.UseCognitoProvidedValues === true };
  } catch (error) {
    // A client without a style of its own.
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
