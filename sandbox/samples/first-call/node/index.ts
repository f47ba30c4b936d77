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
  throw new Error(`${response.status} ${answer.title}. ${answer.detail}`);
}

const message: Message = answer;
console.log(`${response.status}: sent ${message.id} to ${message.to}`);
