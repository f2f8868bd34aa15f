import { JsonRefusal, type JsonService } from "./json-service.ts";

/** Secrets Manager over the current values alone: a secret that is put becomes current, and what it was is gone. */
export function secretService(secrets: Map<string, string>): JsonService {
  return (operation, input) => {
    const name = nameOf(String(input.SecretId));
    const found = secrets.get(name);
    if (found === undefined) {
      throw new JsonRefusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    }
    const about = {
      ARN: `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:${name}-AbCdEf`,
      Name: name,
      VersionId: "00000000-0000-4000-8000-000000000000",
    };
    switch (operation) {
      case "GetSecretValue":
        return { ...about, SecretString: found, VersionStages: ["AWSCURRENT"], CreatedDate: 0 };
      case "PutSecretValue":
        secrets.set(name, String(input.SecretString));
        return { ...about, VersionStages: input.VersionStages ?? ["AWSCURRENT"] };
      default:
        throw new JsonRefusal("UnknownOperationException", `no ${operation} here`);
    }
  };
}

/** A secret is asked for by its name or by its ARN, which ends with six characters of AWS's own. */
function nameOf(id: string): string {
  return id.startsWith("arn:") ? id.split(":").slice(6).join(":").slice(0, -7) : id;
}
