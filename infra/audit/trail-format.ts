import type { Column } from "./access-log-format.ts";

/**
 * The columns of CloudTrail's log (Amazon Athena User Guide, "Query AWS CloudTrail logs"). What differs from event to
 * event is text in JSON: Cognito's endpoints write who it was into `additionaleventdata`.
 */
export const TRAIL_COLUMNS: readonly Column[] = [
  { name: "eventversion", type: "string" },
  { name: "useridentity", type: userIdentity() },
  ...strings("eventtime", "eventsource", "eventname", "awsregion", "sourceipaddress", "useragent"),
  ...strings("errorcode", "errormessage", "requestparameters", "responseelements", "additionaleventdata"),
  ...strings("requestid", "eventid", "readonly"),
  { name: "resources", type: "array<struct<arn:string,accountid:string,type:string>>" },
  ...strings("eventtype", "apiversion", "recipientaccountid", "serviceeventdetails", "sharedeventid"),
  ...strings("vpcendpointid", "vpcendpointaccountid", "eventcategory"),
  {
    name: "tlsdetails",
    type: "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>",
  },
];

function userIdentity(): string {
  const issuer = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>";
  const web = "struct<federatedprovider:string,attributes:map<string,string>>";
  const session = [
    "attributes:struct<mfaauthenticated:string,creationdate:string>",
    `sessionissuer:${issuer}`,
    "ec2roledelivery:string",
    `webidfederationdata:${web}`,
  ].join(",");
  return `struct<${[
    "type:string",
    "principalid:string",
    "arn:string",
    "accountid:string",
    "invokedby:string",
    "accesskeyid:string",
    "username:string",
    "onbehalfof:struct<userid:string,identitystorearn:string>",
    `sessioncontext:struct<${session}>`,
  ].join(",")}>`;
}

function strings(...names: string[]): Column[] {
  return names.map((name) => ({ name, type: "string" }));
}
