import { Relay, verifyWebhook } from 'relay';

const relay = new Relay();

// The secret is shown once, here. Keep it where the receiver can read it.
const endpoint = await relay.webhooks.create('https://example.com/hooks');
await relay.messages.send({ to: 'ada@example.com', body: 'Your parcel has arrived.' });

// In the test environment nothing is sent to the address: the delivery is kept, signed as it would be sent.
const [delivery] = await relay.webhooks.deliveries(endpoint.id);
if (!delivery) throw new Error('There is no delivery yet.');

// This is what a receiver does with a request, before it believes a word of it.
const event = await verifyWebhook(endpoint.secret, delivery.headers, delivery.body);
console.log(`verified: ${event.type} for ${event.data.id}`);

try {
  await verifyWebhook(endpoint.secret, delivery.headers, delivery.body.replace('parcel', 'prize'));
} catch (error) {
  console.log(`refused: ${error instanceof Error ? error.message : error}`);
}

await relay.webhooks.remove(endpoint.id);
