import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { isMap } from "../engine/property-path.ts";
import type { PropertyMap, PropertyValue } from "../engine/property-values.ts";
import { toAwsShape } from "./aws-shape.ts";

const RENAMES = {
  arn: "TargetGroupArn",
  authenticateCognito: "AuthenticateCognitoConfig",
  authenticateOidc: "AuthenticateOidcConfig",
  duration: "DurationSeconds",
  fixedResponse: "FixedResponseConfig",
  forward: "ForwardConfig",
  jwtValidation: "JwtValidationConfig",
  redirect: "RedirectConfig",
  stickiness: "TargetGroupStickinessConfig",
};

/** The actions of a rule or listener; one without an order gets its place in the list, as the provider does. */
export function actionsInput(actions: PropertyValue | undefined): Action[] {
  const ordered = (Array.isArray(actions) ? actions : [])
    .filter(isMap)
    .map((action, place): PropertyMap => ({ order: place + 1, ...action }));
  return toAwsShape(ordered, RENAMES) as Action[];
}
