import { buffer } from "node:stream/consumers";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { addLabels, findMissingLabels } from "../services/secret-labels.ts";
import { type Answer, jsonAnswer } from "./answers.ts";
import type { ServiceRequest } from "./service-request.ts";
import type { Upstream } from "./upstream.ts";

/** Passes PutSecretValue on and gives the new version every label it was asked for (MiniStack drops some). */
export async function putSecretValue(request: ServiceRequest, upstream: Upstream): Promise<Answer> {
  const input = await request.body.readJson();
  const answer = await upstream.forward(request);
  const body = Buffer.isBuffer(answer.body) ? answer.body : await buffer(answer.body);
  if (answer.status !== 200) return { ...answer, body };
  const labelled = findMissingLabels(input, JSON.parse(body.toString("utf8")));
  if (labelled === undefined) return { ...answer, body };

  const client = new SecretsManagerClient(upstream.clientSettings(request.region));
  try {
    const { VersionIdsToStages } = await client.send(
      new DescribeSecretCommand({ SecretId: labelled.secretArn }),
    );
    await addLabels(client, labelled, VersionIdsToStages ?? {});
  } finally {
    client.destroy();
  }
  return jsonAnswer(labelled.answer);
}
