import { z } from "zod";

/** Temporary AWS credentials as an identity pool gives them. */
export const awsCredentials = z.strictObject({
  accessKeyId: z.string().min(1),
  secretAccessKey: z.string().min(1),
  sessionToken: z.string().min(1),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
});

/** Somebody who has signed in on this machine, as it is kept between two commands. */
export const session = z.strictObject({
  /** What they typed as their name; only ever shown to them. */
  username: z.string(),
  idToken: z.string().min(1),
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  /** When ID and access token end, whichever is first; milliseconds since the epoch. */
  tokensExpireAt: z.number(),
  credentials: awsCredentials.optional(),
});

export type AwsCredentials = z.infer<typeof awsCredentials>;
export type Session = z.infer<typeof session>;
