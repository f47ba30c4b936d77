const { RELAY_URL, RELAY_API_KEY } = process.env;

/** One value per message, not per attempt: that is what makes a retry harmless. */
const idempotencyKey = crypto.randomUUID();

async function send() {
  const response = await fetch(`${RELAY_URL}/v1/messages`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${RELAY_API_KEY}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': idempotencyKey,
    },
    body: JSON.stringify({ to: 'ada@example.com', body: 'Your table is booked.' }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { id } = await response.json();
  return { id, replayed: response.headers.get('idempotency-replayed') === 'true' };
}

const first = await send();
console.log(`sent ${first.id}`);

// As if the answer had been lost on the way: the same request again.
const second = await send();
console.log(`sent again: ${second.id === first.id ? 'the same message' : 'a second message'}`);
console.log(`replayed: ${second.replayed}`);
