import { z } from "zod";
import { AwsFault } from "../../aws-fault.ts";
import { readInput } from "../read-input.ts";

/** The parts of Elastic Load Balancing's requests, as the query protocol carries them: every leaf is text. */

const number = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const flag = z.enum(["true", "false"]).transform((text) => text === "true");
const texts = z.array(z.string()).default([]);
const values = z.object({ Values: texts });

export const tagsShape = z
  .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().default("") }))
  .default([]);

const authenticate = {
  SessionCookieName: z.string().default("AWSELBAuthSessionCookie"),
  Scope: z.string().default("openid"),
  SessionTimeout: number(1, 604_800).default(604_800),
  AuthenticationRequestExtraParams: z.record(z.string(), z.string()).optional(),
  OnUnauthenticatedRequest: z.enum(["deny", "allow", "authenticate"]).default("authenticate"),
};

export const actionShape = z.object({
  Type: z.enum([
    "forward",
    "authenticate-oidc",
    "authenticate-cognito",
    "redirect",
    "fixed-response",
    "jwt-validation",
  ]),
  Order: number(1, 50_000).optional(),
  TargetGroupArn: z.string().optional(),
  ForwardConfig: z
    .object({
      TargetGroups: z
        .array(z.object({ TargetGroupArn: z.string(), Weight: number(0, 999).optional() }))
        .max(5)
        .default([]),
      TargetGroupStickinessConfig: z
        .object({ Enabled: flag.default(false), DurationSeconds: number(1, 604_800).optional() })
        .optional(),
    })
    .optional(),
  AuthenticateCognitoConfig: z
    .object({
      UserPoolArn: z.string(),
      UserPoolClientId: z.string(),
      UserPoolDomain: z.string(),
      ...authenticate,
    })
    .optional(),
  AuthenticateOidcConfig: z
    .object({
      Issuer: z.string(),
      AuthorizationEndpoint: z.string(),
      TokenEndpoint: z.string(),
      UserInfoEndpoint: z.string(),
      ClientId: z.string(),
      ClientSecret: z.string().optional(),
      UseExistingClientSecret: flag.optional(),
      ...authenticate,
    })
    .optional(),
  JwtValidationConfig: z
    .object({
      JwksEndpoint: z.string().max(256),
      Issuer: z.string().max(256),
      AdditionalClaims: z
        .array(
          z.object({
            Format: z.enum(["single-string", "string-array", "space-separated-values"]),
            Name: z.string(),
            Values: z.array(z.string()).min(1).max(10),
          }),
        )
        .max(10)
        .optional(),
    })
    .optional(),
  RedirectConfig: z
    .object({
      Protocol: z
        .string()
        .regex(/^(HTTPS?|#\{protocol\})$/)
        .default("#{protocol}"),
      Port: z.string().default("#{port}"),
      Host: z.string().min(1).max(128).default("#{host}"),
      Path: z.string().min(1).max(128).default("/#{path}"),
      Query: z.string().max(128).default("#{query}"),
      StatusCode: z.enum(["HTTP_301", "HTTP_302"]),
    })
    .optional(),
  FixedResponseConfig: z
    .object({
      MessageBody: z.string().max(1024).optional(),
      StatusCode: z.string().regex(/^[245]\d\d$/),
      ContentType: z.string().max(32).optional(),
    })
    .optional(),
});

export type Action = z.output<typeof actionShape>;

/** An action of a rule, with the load balancer's own copy of its client's secret, which no operation shows. */
export type WrittenAction = Action & { clientSecret?: string };

export const conditionShape = z.object({
  Field: z.string().max(64).optional(),
  Values: texts,
  HostHeaderConfig: values.optional(),
  PathPatternConfig: values.optional(),
  HttpHeaderConfig: z.object({ HttpHeaderName: z.string().max(40), Values: texts }).optional(),
  QueryStringConfig: z
    .object({ Values: z.array(z.object({ Key: z.string().optional(), Value: z.string() })).default([]) })
    .optional(),
  HttpRequestMethodConfig: values.optional(),
  SourceIpConfig: values.optional(),
});

export type Condition = z.output<typeof conditionShape>;

export const priority = number(1, 50_000);
export const port = number(1, 65_535);
export const pageSize = number(1, 400).optional();

/** The input of one operation, or AWS's refusal of it. */
export function readShape<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  return readInput(shape, input, validationError);
}

export function validationError(message: string): AwsFault {
  return new AwsFault("ValidationError", message);
}
