/** Why the load balancer could not sign somebody in, as AWS's access log says it (Access logs, Error reason codes). */
export type ErrorReason = keyof typeof STATUSES;

/** HTTP statuses: Troubleshoot your Application Load Balancers, HTTP 401, 500, 561 and 562. */
const STATUSES = {
  AuthInvalidCookie: 401,
  AuthInvalidGrantError: 401,
  AuthInvalidIdToken: 401,
  AuthInvalidStateParam: 401,
  AuthInvalidTokenResponse: 401,
  AuthInvalidUserinfoResponse: 401,
  AuthMissingCodeParam: 401,
  AuthMissingHostHeader: 401,
  AuthMissingStateParam: 401,
  // These two are on no list of the guide, only on AWS re:Post, "How do I troubleshoot authentication issues".
  AuthMissingAWSALBAuthNonce: 401,
  AuthInvalidAWSALBAuthNonce: 401,
  AuthTokenEpRequestFailed: 561,
  AuthTokenEpRequestTimeout: 500,
  AuthUserinfoEpRequestFailed: 561,
  AuthUserinfoEpRequestTimeout: 500,
  AuthUserinfoResponseSizeExceeded: 500,
  JWTHeaderNotPresent: 401,
  JWTRequestFormatInvalid: 401,
  JWTSignatureValidationError: 401,
  JWTClaimNotPresent: 401,
  JWTClaimValueInvalid: 401,
  JWKSRequestFailed: 562,
} as const;

export interface AuthFailure {
  reason: ErrorReason;
  status: number;
}

/** `status` where AWS answers one reason with more than one. */
export function authFailure(reason: ErrorReason, status: number = STATUSES[reason]): AuthFailure {
  return { reason, status };
}

export function isFailure(outcome: object): outcome is AuthFailure {
  return "reason" in outcome;
}
