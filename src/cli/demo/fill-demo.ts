import type { Config } from '../../config.ts';
import { fillWithoutWaiting } from '../../db/fill.ts';
import { connect } from '../../db/open.ts';
import { lookInside } from '../../features/demo/demo-store.ts';
import { type Fed, feed } from '../../features/demo/feed.ts';
import { DEMO } from '../../features/demo/population.ts';
import { takeSnapshot } from '../../features/insights/audit-snapshots.ts';
import { OperatorError } from '../../features/operations/operator-error.ts';
import { createLog } from '../../log.ts';
import { openPortal } from '../../portal.ts';

export interface DemoWish {
  developers: number;
  days: number;
  seed: number;
  /** When the simulated days end, milliseconds since 1970. */
  end: number;
  onProgress?: (developers: number) => void;
}

const HOUR_MS = 3_600_000;

/**
 * Fills the configured database with simulated developers; null when it is filled already. Throws OperatorError, with
 * nothing changed, where somebody else's developers are.
 */
export async function fillDemo(config: Config, wish: DemoWish): Promise<Fed | null> {
  const { developers, days, seed, end, onProgress } = wish;
  const log = createLog('warn');
  const database = connect(config, log);
  const inside = await lookInside(database.db).finally(() => database.db.destroy());
  const { description } = database;
  if (inside === 'demo') return null;
  if (inside === 'real') {
    throw new OperatorError(
      `${description} holds a portal’s own data, and a demo would mix with it. Choose another folder with --folder, or another DATABASE_URL.`,
    );
  }
  if (inside === 'unfinished demo') {
    throw new OperatorError(
      `${description} holds a demo that was interrupted while it was filled. Delete it, or choose another folder with --folder.`,
    );
  }
  const begin = Math.floor((end - days * 24 * HOUR_MS) / HOUR_MS) * HOUR_MS;
  const clock = { now: begin };
  const portal = await openPortal({ config, log, now: () => clock.now });
  try {
    await fillWithoutWaiting(portal.ctx.db);
    const fed = await feed(portal, DEMO, {
      seed,
      developers,
      begin,
      end,
      clock,
      ...(onProgress && { onProgress }),
    });
    await takeSnapshot(portal);
    return fed;
  } finally {
    await portal.close();
  }
}
