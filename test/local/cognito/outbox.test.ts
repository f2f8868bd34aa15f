import { expect, test } from "vitest";
import { type Message, Outbox } from "../../../local/cognito/outbox.ts";

const message = (index: number): Message => ({
  sentAt: index,
  poolId: "pool",
  username: "taro",
  sub: "sub",
  kind: "invitation",
  medium: "EMAIL",
  destination: "taro@example.com",
  body: String(index),
});

test("keeps the newest messages in order and lets the oldest go", () => {
  const outbox = new Outbox(3);
  for (let index = 0; index < 20; index++) outbox.put(message(index));
  expect(outbox.messages.map(({ sentAt }) => sentAt)).toEqual([17, 18, 19]);
});
