/** What the API is asked to send. Change it and run again. */
export const newMessage = {
  to: 'ada@example.com',
  body: 'Hello from my first call.',
};

/** What the API answers. */
export interface Message {
  id: string;
  to: string;
  body: string;
  status: string;
  created_at: string;
}
