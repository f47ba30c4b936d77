export type Level = 'ok' | 'warning' | 'error';

/** What a check has found. */
export interface Finding {
  level: Level;
  /** One line: how it is. Holds no secret. */
  says: string;
  /** What to do about it; a finding that is not ok always has it. */
  todo?: string;
}

export const ok = (says: string): Finding => ({ level: 'ok', says });
export const warning = (says: string, todo: string): Finding => ({ level: 'warning', says, todo });
export const error = (says: string, todo: string): Finding => ({ level: 'error', says, todo });
