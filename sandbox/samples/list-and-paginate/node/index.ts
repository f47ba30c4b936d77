import { Relay } from 'relay';

const relay = new Relay();

for (const name of ['one', 'two', 'three']) {
  await relay.messages.send({ to: 'ada@example.com', body: `Message ${name}` });
}

// Pages of two; the next page is asked for when the loop gets there.
let seen = 0;
for await (const message of relay.messages.list({ limit: 2 })) {
  console.log(`${message.id}  ${message.body}`);
  seen += 1;
  if (seen === 3) break;
}
