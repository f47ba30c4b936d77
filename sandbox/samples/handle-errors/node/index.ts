import { Relay, RelayError } from 'relay';

const relay = new Relay();

async function notify(to: string) {
  try {
    const message = await relay.messages.send({ to, body: 'Your order is on its way.' });
    console.log(`sent ${message.id} to ${message.to}`);
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    // Branch on the code; the sentence is for people and may change.
    if (error.code === 'recipient_invalid') console.log(`cannot reach ${to}: ${error.code}`);
    else if (error.code === 'rate_limited') console.log('too many at once: wait, then go on');
    else throw error;
  }
}

await notify('ada at example.com');
await notify('ada@example.com');
