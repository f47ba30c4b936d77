import { type Message, newMessage } from './message.ts';

const { RELAY_URL, RELAY_API_KEY } = process.env;

const response = await fetch(`${RELAY_URL}/v1/messages`, {
  method: 'POST',
  headers: {
    Authorization: `Bearer ${RELAY_API_KEY}`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify(newMessage),
});

const answer = await response.json();
if (!response.ok) {
  const { title, detail } = answer;
  throw new Error(`${response.status} ${title}. ${detail}`);
}

const { id, to }: Message = answer;
console.log(`${response.status}: sent ${id} to ${to}`);
