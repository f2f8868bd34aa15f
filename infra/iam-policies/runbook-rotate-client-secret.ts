import type { PolicyStatement } from "../policy-document.ts";
import {
  type EncryptedSecret,
  listBucket,
  type RunbookResources,
  readOutputs,
  useKey,
  writeRunbookLog,
} from "./runbook-resources.ts";

/**
 * What rotate-client-secret does up to the promotion, and on its way back: store a new value, give it to the client
 * beside the old one, and write it into the rules of the stack's listener. It deletes nothing, whatever somebody attaches
 * to its role: a secret that is still in use cannot be lost by who rotates alone.
 */
export function rotateClientSecretStatements(resources: RunbookResources): PolicyStatement[] {
  const { userPoolArn, clientSecrets } = resources;
  return [
    ...useClientSecrets(resources, ["kms:Decrypt", "kms:GenerateDataKey"]),
    {
      Sid: "AddSecret",
      Effect: "Allow",
      Action: ["cognito-idp:AddUserPoolClientSecret"],
      Resource: [userPoolArn],
    },
    {
      Sid: "StoreSecret",
      Effect: "Allow",
      Action: ["secretsmanager:PutSecretValue"],
      Resource: [clientSecrets.secretArn],
    },
    {
      Sid: "DeleteNothing",
      Effect: "Deny",
      Action: ["cognito-idp:Delete*", "elasticloadbalancing:Delete*", "secretsmanager:DeleteSecret"],
      Resource: ["*"],
    },
  ];
}

/**
 * What rotate-client-secret --finish does: take the secret away that is no longer used. It can neither add one nor store
 * a value, so that nobody ends what they alone began.
 */
export function finishRotationStatements(resources: RunbookResources): PolicyStatement[] {
  return [
    ...useClientSecrets(resources, ["kms:Decrypt"]),
    {
      Sid: "DeleteSecret",
      Effect: "Allow",
      Action: ["cognito-idp:DeleteUserPoolClientSecret"],
      Resource: [resources.userPoolArn],
    },
    {
      Sid: "AddAndDeleteNothingElse",
      Effect: "Deny",
      Action: [
        "cognito-idp:AddUserPoolClientSecret",
        "cognito-idp:DeleteUserPool",
        "cognito-idp:DeleteUserPoolClient",
        "elasticloadbalancing:Delete*",
        "secretsmanager:DeleteSecret",
        "secretsmanager:PutSecretValue",
      ],
      Resource: ["*"],
    },
  ];
}

/** What both halves of a rotation need: to see who uses a client, to label its secret, and to write rules again. */
function useClientSecrets(
  resources: RunbookResources,
  keyActions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
): PolicyStatement[] {
  const { region, userPoolId, userPoolArn, clientSecrets, listenerArn, work } = resources;
  return [
    readOutputs(resources),
    {
      Sid: "ReadClients",
      Effect: "Allow",
      Action: [
        // The load balancer asks with the caller's rights when a rule is written (Application Load Balancers,
        // "Authenticate users using an Application Load Balancer").
        "cognito-idp:DescribeUserPoolClient",
        "cognito-idp:ListUserPoolClientSecrets",
        "cognito-idp:ListUserPoolClients",
      ],
      Resource: [userPoolArn],
    },
    {
      Sid: "UseSecrets",
      Effect: "Allow",
      Action: [
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      Resource: [clientSecrets.secretArn],
    },
    ...useSecretKey(clientSecrets, keyActions, region),
    {
      Sid: "FindRules",
      Effect: "Allow",
      Action: [
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
      ],
      Resource: ["*"],
    },
    ...(listenerArn === undefined ? [] : writeRules(listenerArn)),
    listBucket("ListWork", work),
    {
      Sid: "HoldLease",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: [`${work.bucketArn}/leases/rotation-${userPoolId}-*`],
    },
    useKey("UseWorkKey", ["kms:Decrypt", "kms:GenerateDataKey"], work, region),
    writeRunbookLog(resources),
  ];
}

/** A rule's ARN is that of its listener with another word in it, and its own id (Service Authorization Reference). */
function writeRules(listenerArn: string): PolicyStatement[] {
  const rules = `${listenerArn.replace(":listener/", ":listener-rule/")}/*`;
  return [
    {
      Sid: "WriteListener",
      Effect: "Allow",
      Action: ["elasticloadbalancing:ModifyListener"],
      Resource: [listenerArn],
    },
    {
      Sid: "WriteRules",
      Effect: "Allow",
      Action: ["elasticloadbalancing:ModifyRule"],
      Resource: [rules],
    },
  ];
}

function useSecretKey(
  { secretArn, keyArn }: EncryptedSecret,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
  region: string,
): PolicyStatement[] {
  if (keyArn === undefined) return [];
  return [
    {
      Sid: "UseSecretKey",
      Effect: "Allow",
      Action: [...actions],
      Resource: [keyArn],
      Condition: {
        StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
        StringLike: { "kms:EncryptionContext:SecretARN": secretArn },
      },
    },
  ];
}
