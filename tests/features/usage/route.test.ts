import { expect, test } from 'vitest';
import { toRoute } from '../../../src/features/usage/usage-event.ts';

test.each([
  ['/v1/messages', '/v1/messages'],
  ['/v1/messages?to=ada@example.com', '/v1/messages'],
  ['/v1/messages/msg_01hzx3k9p2q4', '/v1/messages/{id}'],
  ['/v1/users/42/orders/7', '/v1/users/{id}/orders/{id}'],
  ['/v1/users/9b2f6c1e-8f0a-4b43-9a51-1f6c0f5f2d11', '/v1/users/{id}'],
  ['/v1/users/ada@example.com', '/v1/users/{id}'],
  ['/v1/webhook-endpoints', '/v1/webhook-endpoints'],
  ['/v2', '/v2'],
])('%s is recorded as %s', (path, route) => {
  expect(toRoute(path)).toBe(route);
});

test('a very long path is cut', () => {
  expect(toRoute(`/${'a/'.repeat(500)}`)).toHaveLength(200);
});
