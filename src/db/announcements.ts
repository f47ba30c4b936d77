import type { Context } from '../context.ts';
import { type Listener, listenOnPostgres } from './listen.ts';

/** What processes on one database tell each other of. */
export const CHANNELS = {
  keys: 'firstcall_keys',
  limits: 'firstcall_limits',
  touches: 'firstcall_touches',
} as const;
export type ChannelName = keyof typeof CHANNELS;

/** On SQLite there is only this process, and nobody to tell. */
export interface Announcements extends Pick<Listener, 'upToDate' | 'epoch' | 'close'> {
  /** Hears what is announced from now on, here and by others. */
  hear(channel: ChannelName, listener: (payload: string) => void): void;
  /** Null where there is nobody to tell. */
  announce: ((channel: ChannelName, payloads: readonly string[]) => Promise<void>) | null;
}

/** Settles once what other processes announce is heard here, or cannot be for now. */
export async function openAnnouncements({
  config,
  log,
}: Pick<Context, 'config' | 'log'>): Promise<Announcements> {
  const listeners = new Map<string, ((payload: string) => void)[]>();
  const hear: Announcements['hear'] = (channel, listener) => {
    const name = CHANNELS[channel];
    listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  };
  const { databaseUrl } = config;
  if (!databaseUrl) {
    return { upToDate: () => true, epoch: () => 0, close: async () => {}, hear, announce: null };
  }
  const listener = listenOnPostgres({
    url: databaseUrl,
    channels: [CHANNELS.keys, CHANNELS.limits, CHANNELS.touches],
    log,
    onNotice(channel, payload) {
      for (const tell of listeners.get(channel) ?? []) tell(payload);
    },
  });
  await listener.started;
  return {
    upToDate: listener.upToDate,
    epoch: listener.epoch,
    close: listener.close,
    hear,
    announce: (channel, payloads) => listener.announce(CHANNELS[channel], payloads),
  };
}
