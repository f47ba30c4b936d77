// Loaded into every program of the double: tells which port it opened, and blocks its requests when asked to.
import { Server } from 'node:net';

process.channel?.unref();
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  this.once('listening', () => process.send?.({ port: this.address().port }));
  return listen.apply(this, args);
};

const networkError = process.env.DOUBLE_NETWORK_ERROR;
if (networkError) {
  globalThis.fetch = async () => {
    throw new TypeError('fetch failed', { cause: new Error(networkError) });
  };
}
