import { ACMClient } from "@aws-sdk/client-acm";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CognitoIdentityClient } from "@aws-sdk/client-cognito-identity";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** What makers use of a client of the AWS SDK. */
type Sender<Client extends { send: unknown }> = Pick<Client, "send">;

/** The local AWS in one Region. */
export interface AwsClients {
  endpoint: string;
  region: string;
  /** The account's twelve digits. */
  account: () => Promise<string>;
  acm: Sender<ACMClient>;
  cloudWatchLogs: Sender<CloudWatchLogsClient>;
  cognitoIdentity: Sender<CognitoIdentityClient>;
  cognitoUserPools: Sender<CognitoIdentityProviderClient>;
  dynamodb: Sender<DynamoDBClient>;
  elb: Sender<ElasticLoadBalancingV2Client>;
  iam: Sender<IAMClient>;
  kms: Sender<KMSClient>;
  lambda: Sender<LambdaClient>;
  s3: Sender<S3Client>;
  scheduler: Sender<SchedulerClient>;
  secretsManager: Sender<SecretsManagerClient>;
  ses: Sender<SESv2Client>;
  sns: Sender<SNSClient>;
  ssm: Sender<SSMClient>;
  sts: Sender<STSClient>;
}

export interface AwsEndpoint {
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Clients for any Region of one endpoint, made once per Region. `close` frees their connections. */
export function openAws(at: AwsEndpoint): { inRegion: (region: string) => AwsClients; close: () => void } {
  const opened = new Map<string, ReturnType<typeof createClients>>();
  return {
    inRegion(region) {
      const clients = opened.get(region) ?? createClients(at, region);
      opened.set(region, clients);
      return clients;
    },
    close() {
      for (const clients of opened.values()) clients.close();
      opened.clear();
    },
  };
}

function createClients({ endpoint, accessKeyId, secretAccessKey }: AwsEndpoint, region: string) {
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const clients = {
    acm: new ACMClient(config),
    cloudWatchLogs: new CloudWatchLogsClient(config),
    cognitoIdentity: new CognitoIdentityClient(config),
    cognitoUserPools: new CognitoIdentityProviderClient(config),
    dynamodb: new DynamoDBClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    // One host name serves every bucket, so the bucket goes into the path.
    s3: new S3Client({ ...config, forcePathStyle: true }),
    scheduler: new SchedulerClient(config),
    secretsManager: new SecretsManagerClient(config),
    ses: new SESv2Client(config),
    sns: new SNSClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
  let account: Promise<string> | undefined;
  return {
    ...clients,
    endpoint,
    region,
    account: () => {
      account ??= readAccount(clients.sts);
      return account;
    },
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

async function readAccount(sts: STSClient): Promise<string> {
  const { Account } = await sts.send(new GetCallerIdentityCommand({}));
  if (!Account) throw new Error("GetCallerIdentity names no account");
  return Account;
}
