import type { EngineRun } from '../../../sandbox/run-sample.ts';

export interface EngineState extends Pick<EngineRun, 'engine' | 'unavailable'> {
  /** Whether this portal tries WebContainer at all. */
  isEnabled: boolean;
  language: string;
}

const OWN = 'Runs in the portal’s own engine';

/** Where code runs now, in one line, and why not elsewhere. */
export function sayEngine({ engine, unavailable, isEnabled, language }: EngineState): string {
  if (engine === 'webcontainer') {
    return 'Runs in WebContainer: Node, in your browser. Your code holds a test key of its own, which ends after an hour.';
  }
  if (engine === 'none') return `Nothing here can run this. ${unavailable.at(-1)?.reason ?? ''}`.trimEnd();
  if (language !== 'typescript' && language !== 'javascript') return `${OWN}.`;
  const reason = unavailable.find((one) => one.engine === 'webcontainer')?.reason;
  if (reason) return `${OWN}, because WebContainer could not start. ${reason}`;
  return isEnabled ? `${OWN}.` : `${OWN}. WebContainer is not enabled on this portal.`;
}
