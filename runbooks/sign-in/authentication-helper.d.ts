// The parts of amazon-cognito-identity-js that srp.ts uses; the package has no types for them.

declare module "amazon-cognito-identity-js/lib/BigInteger.js" {
  export default class BigInteger {
    constructor(digits: string, radix: number);
    toString(radix: number): string;
  }
}

declare module "amazon-cognito-identity-js/lib/AuthenticationHelper.js" {
  import type BigInteger from "amazon-cognito-identity-js/lib/BigInteger.js";

  type Callback<Value> = (error: unknown, value: Value) => void;

  export default class AuthenticationHelper {
    constructor(poolName: string);
    getLargeAValue(callback: Callback<BigInteger>): void;
    getPasswordAuthenticationKey(
      username: string,
      password: string,
      serverValue: BigInteger,
      salt: BigInteger,
      callback: Callback<Uint8Array>,
    ): void;
  }
}
