import { needing } from "../cross-check.ts";
import type { Fault } from "../fault.ts";
import { regionOfArn } from "../formats.ts";

/** A stack that people depend on cannot be a throw-away one. */
export const disposableIsNotProduction = needing(["stack", "disposable"], ({ stack, disposable }) =>
  disposable && stack.startsWith("prod")
    ? [
        {
          path: "sekisho:disposable",
          message: `cannot be true in ${stack}: the stack's name begins with prod; take it out, or name the stack otherwise`,
        },
      ]
    : [],
);

/** Backups are unlocked only where everything is. */
export const backupsAreLocked = needing(["backup", "disposable"], ({ backup, disposable }) =>
  backup.lock !== "none" || disposable
    ? []
    : [
        {
          path: "sekisho:backup.lock",
          message:
            "can be none only in a stack with sekisho:disposable: true; take governance (or compliance, which nobody can lift)",
        },
      ],
);

/** A copy in the same Region is lost with it. */
export const copyIsElsewhere = needing(["backup", "region"], ({ backup, region }) =>
  backup.copyTo === region
    ? [
        {
          path: "sekisho:backup.copyTo",
          message: `is ${region}, which is aws:region too; a copy must survive its loss, so take another Region`,
        },
      ]
    : [],
);

/**
 * Cognito serves custom domains through CloudFront (Amazon Cognito Developer Guide, Using your own domain for managed
 * login).
 */
export const signInCertificateIsInVirginia = needing(["signInPage"], ({ signInPage }) =>
  signInPage?.kind === "custom" && regionOfArn(signInPage.certificateArn) !== "us-east-1"
    ? [
        {
          path: "sekisho:signInPage.certificateArn",
          message: `is a certificate in ${regionOfArn(signInPage.certificateArn)}; Cognito takes one from us-east-1 only, so request it there`,
        },
      ]
    : [],
);

/** A load balancer signs in only with a pool of its own Region, and uses only its own Region's parts. */
export const loadBalancerIsInRegion = needing(["routes", "region"], ({ routes, region }) => {
  if (routes === undefined) return [];
  const { listener } = routes;
  const used: [string, string | undefined][] = [
    listener.kind === "existing"
      ? ["sekisho:routes.listenerArn", listener.arn]
      : ["sekisho:routes.create.certificateArn", listener.certificateArn],
    ["sekisho:routes.targetGroupArn", routes.targetGroupArn],
    ...routes.rules.map((rule, place): [string, string | undefined] => [
      `sekisho:routes.rules[${place}].targetGroupArn`,
      rule.targetGroupArn,
    ]),
  ];
  return used.flatMap(([path, arn]): Fault[] =>
    arn === undefined || regionOfArn(arn) === region
      ? []
      : [
          {
            path,
            message: `lies in ${regionOfArn(arn)}, but aws:region is ${region}; both must be the same`,
          },
        ],
  );
});
