import { expect, test } from "vitest";
import { isPrivateNetwork } from "../../../infra/routes/private-networks.ts";

test.each([
  ["10.0.0.0/8", true],
  ["10.1.2.3/32", true],
  ["172.31.0.0/16", true],
  ["172.32.0.0/16", false],
  ["192.168.1.0/24", true],
  ["100.64.0.0/10", true],
  ["203.0.113.0/24", false],
  ["0.0.0.0/0", false],
  ["10.0.0.0/7", false],
  ["fd00::/8", true],
  ["2001:db8::/32", false],
  ["::/0", false],
  ["no network", false],
])("%s never comes from the internet: %s", (network, isPrivate) => {
  expect(isPrivateNetwork(network)).toBe(isPrivate);
});
