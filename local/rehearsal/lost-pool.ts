import {
  type CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";

/**
 * Deletes a user pool with everybody in it, as somebody with all rights would: the sign-in page goes, then AWS's own
 * protection, then the pool. AWS cannot bring it back.
 */
export async function losePool(cognito: CognitoIdentityProviderClient, userPoolId: string): Promise<void> {
  const pool = { UserPoolId: userPoolId };
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand(pool));
  for (const Domain of [UserPool?.Domain, UserPool?.CustomDomain]) {
    if (Domain !== undefined) await cognito.send(new DeleteUserPoolDomainCommand({ ...pool, Domain }));
  }
  await cognito.send(new UpdateUserPoolCommand({ ...pool, DeletionProtection: "INACTIVE" }));
  await cognito.send(new DeleteUserPoolCommand(pool));
}
