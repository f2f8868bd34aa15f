import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, it, vi } from "vitest";
import { AccountMismatchError, checkAccount } from "../../../infra/deployment/account-check.ts";
import { goodSettings } from "../../support/sample-settings.ts";

const quotas = (value: number) => ({
  getService: async () => ({ serviceCode: "messaging" }),
  getServiceQuota: async () => ({ value }),
});
const BALANCER = { internal: false, ipAddressType: "dualstack" };
const free = async () => Promise.reject(new Error("empty result"));
const silent = async () => Promise.reject(new Error("no answer"));

afterEach(() => vi.restoreAllMocks());

it("refuses with one list what does not fit the account", async () => {
  const listeners = {
    getListener: async () => ({ protocol: "HTTP" }),
    getLoadBalancer: async () => BALANCER,
    getListenerRule: async () => ({ arn: "arn:foreign", tags: {} }),
  };
  const refusal = checkAccount(goodSettings(), { quotas: quotas(1), listeners });
  await expect(refusal).rejects.toThrow(AccountMismatchError);
  await expect(refusal).rejects.toThrow(
    /^Pulumi\.dev\.yaml has 3 faults; nothing was changed:\n {2}sekisho:sms\.monthlySpendLimitUsd is 30, .+\n {2}sekisho:routes\.listenerArn is a listener for HTTP, .+\n {2}sekisho:routes\.firstPriority is 100, /,
  );
});

it("logs every question that AWS did not answer, and stops nothing", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
  await checkAccount(goodSettings(), {
    quotas: { getService: silent, getServiceQuota: silent },
    listeners: { getListener: silent, getLoadBalancer: silent, getListenerRule: silent },
  });
  expect(warn.mock.calls.map(([message]) => message.split(" ")[0])).toEqual([
    "sekisho:sms.monthlySpendLimitUsd",
    "sekisho:routes.listenerArn",
    "sekisho:routes.listenerArn",
    "sekisho:routes.firstPriority",
  ]);
});

it("says nothing about an account that fits", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue(undefined);
  const listeners = {
    getListener: async () => ({ protocol: "HTTPS" }),
    getLoadBalancer: async () => BALANCER,
    getListenerRule: free,
  };
  await checkAccount(goodSettings(), { quotas: quotas(30), listeners });
  expect(warn).not.toHaveBeenCalled();
});
