/** One rule of `sekisho:routes`: who, for what, gets which treatment. */
export interface RuleSettings {
  name: string;
  /** Place in the order, 0 to 98; each slot owns ten priorities. */
  slot: number;
  /** CIDR blocks. */
  from: string[];
  allowAnywhere: boolean;
  hosts: string[];
  paths: string[];
  then: "sign-in" | "verify-token" | "forward-without-sign-in" | "deny";
  client?: string;
  targetGroupArn?: string;
}

export type ListenerSettings =
  | { kind: "existing"; arn: string }
  | { kind: "create"; vpcId: string; subnetIds: string[]; certificateArn: string };

/** `sekisho:routes`: the rules on the load balancer. */
export interface RoutesSettings {
  listener: ListenerSettings;
  firstPriority: number;
  targetGroupArn: string;
  authenticate: "cognito";
  sessionHours: number;
  /** Sorted by slot. */
  rules: RuleSettings[];
  otherwise: "deny";
}
