import { type Logger, pino } from 'pino';

/** One JSON line per event on stderr. Headers that hold keys or cookies are struck out wherever they turn up. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [
        '*.authorization',
        '*.cookie',
        '*.secret',
        '*["set-cookie"]',
        'authorization',
        'cookie',
        'secret',
      ],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
