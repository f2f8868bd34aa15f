import type {
  CreateAuthChallengeTriggerEvent,
  DefineAuthChallengeTriggerEvent,
  PostAuthenticationTriggerEvent,
  PostConfirmationTriggerEvent,
  PreAuthenticationTriggerEvent,
  PreSignUpTriggerEvent,
  VerifyAuthChallengeResponseTriggerEvent,
} from "aws-lambda";

/** Trigger events as the Amazon Cognito Developer Guide shows them, for one user of a pool that signs in by mail. */

export const SUB = "0a1b2c3d-0000-4000-8000-000000000000";
export const POOL_ID = "ap-northeast-1_Example01";
export const CLIENT_ID = "1example23456789";

const common = {
  version: "1",
  region: "ap-northeast-1",
  userPoolId: POOL_ID,
  userName: SUB,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: CLIENT_ID },
};

const userAttributes = {
  sub: SUB,
  "cognito:user_status": "CONFIRMED",
  email_verified: "true",
  email: "hanako@example.com",
};

export function preSignUp(
  triggerSource: PreSignUpTriggerEvent["triggerSource"],
  attributes: Record<string, string>,
): PreSignUpTriggerEvent {
  return {
    ...common,
    triggerSource,
    request: { userAttributes: attributes, validationData: {} },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  };
}

export function postConfirmation(
  triggerSource: PostConfirmationTriggerEvent["triggerSource"],
): PostConfirmationTriggerEvent {
  return { ...common, triggerSource, request: { userAttributes }, response: {} };
}

export function preAuthentication(
  request: Partial<PreAuthenticationTriggerEvent["request"]> = {},
  userName = SUB,
): PreAuthenticationTriggerEvent {
  return {
    ...common,
    userName,
    triggerSource: "PreAuthentication_Authentication",
    request: { userAttributes, validationData: {}, ...request },
    response: {},
  };
}

export function postAuthentication(): PostAuthenticationTriggerEvent {
  return {
    ...common,
    triggerSource: "PostAuthentication_Authentication",
    request: { userAttributes, newDeviceUsed: false },
    response: {},
  };
}

export function defineChallenge(
  request: Partial<DefineAuthChallengeTriggerEvent["request"]>,
): DefineAuthChallengeTriggerEvent {
  return {
    ...common,
    triggerSource: "DefineAuthChallenge_Authentication",
    request: { userAttributes, session: [], ...request },
    response: { issueTokens: false, failAuthentication: false },
  };
}

export function createChallengeEvent(
  request: Partial<CreateAuthChallengeTriggerEvent["request"]> = {},
): CreateAuthChallengeTriggerEvent {
  return {
    ...common,
    triggerSource: "CreateAuthChallenge_Authentication",
    request: { userAttributes, challengeName: "CUSTOM_CHALLENGE", session: [], ...request },
    response: { publicChallengeParameters: {}, privateChallengeParameters: {}, challengeMetadata: "" },
  };
}

export function verifyAnswer(
  request: Partial<VerifyAuthChallengeResponseTriggerEvent["request"]>,
): VerifyAuthChallengeResponseTriggerEvent {
  return {
    ...common,
    triggerSource: "VerifyAuthChallengeResponse_Authentication",
    request: { userAttributes, privateChallengeParameters: {}, challengeAnswer: "", ...request },
    response: { answerCorrect: false },
  };
}
