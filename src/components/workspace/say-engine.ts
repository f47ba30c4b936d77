import type { EngineRun } from '../../../sandbox/run-sample.ts';

/** Where code runs now, in one line, and why not elsewhere. */
export function sayEngine(engine: string, unavailable: EngineRun['unavailable'], isEnabled: boolean): string {
  if (engine === 'webcontainer') {
    return 'Runs in WebContainer: Node, in your browser. Your code holds a test key of its own, which ends after an hour.';
  }
  const reason = unavailable.find((one) => one.engine === 'webcontainer')?.reason;
  if (reason) return `Runs in the portal’s own engine, because WebContainer could not start. ${reason}`;
  return isEnabled
    ? 'Runs in the portal’s own engine.'
    : 'Runs in the portal’s own engine. WebContainer is not enabled on this portal.';
}
