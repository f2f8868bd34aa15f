import { describe, expect, it } from "vitest";
import { childEnvironment } from "../../local/child-environment.ts";

describe("the environment of the local AWS's processes", () => {
  it.each([
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_ENDPOINT_URL_S3",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "GITHUB_TOKEN",
    "NPM_TOKEN",
    "npm_config__auth",
    "DATABASE_PASSWORD",
    "OPENAI_API_KEY",
    "DEPLOY_PRIVATE_KEY",
    "CLIENT_SECRET",
  ])("never holds %s of the person who starts it", (name) => {
    expect(childEnvironment({ [name]: "canary", PATH: "/usr/bin" })).toEqual({ PATH: "/usr/bin" });
  });

  it("keeps what programs need to run and to install: paths, proxies, certificates, Python", () => {
    const needed = {
      PATH: "/usr/bin",
      HOME: "/home/you",
      LANG: "ja_JP.UTF-8",
      HTTPS_PROXY: "http://proxy:3128",
      PIP_CERT: "/etc/ssl/ca.pem",
      NODE_EXTRA_CA_CERTS: "/etc/ssl/ca.pem",
      PYTHON: "python3.12",
    };
    expect(childEnvironment(needed)).toEqual(needed);
  });

  it("holds what the local AWS gives out itself", () => {
    const additions = { AWS_ACCESS_KEY_ID: "test", AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };
    expect(childEnvironment({ AWS_ACCESS_KEY_ID: "AKIA", PATH: "/usr/bin" }, additions)).toEqual({
      PATH: "/usr/bin",
      ...additions,
    });
  });
});
