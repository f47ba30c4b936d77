import { AppError } from '../../errors.ts';
import { type Report, UNPARSED } from './intake.ts';
import { batchOptions, MOST_EVENTS } from './usage-report.ts';

export type ReportFormat = 'json' | 'ndjson';

/** A report as it came. Throws AppError 400 where it cannot be parsed, 422 where it has no events. */
export function readReport(body: Buffer, format: ReportFormat): Omit<Report, 'source'> {
  return format === 'json' ? readJson(body.toString()) : readLines(body.toString());
}

function readJson(text: string): Omit<Report, 'source'> {
  const report = parse(text);
  if (report === UNPARSED) {
    throw new AppError(
      400,
      'invalid_json',
      'The body is not valid JSON, or was cut off. Nothing of it was taken; check it, then send it again.',
    );
  }
  if (
    typeof report !== 'object' ||
    report === null ||
    !('events' in report) ||
    !Array.isArray(report.events)
  ) {
    throw new AppError(
      422,
      'invalid_request',
      'The body has to be an object with the field events, an array: {"events": […]}.',
    );
  }
  return { ...readOptions(report), events: report.events };
}

/** One event a line. A line that is no JSON is one event that cannot be read, and no reason to lose the others. */
function readLines(text: string): Omit<Report, 'source'> {
  const events: unknown[] = [];
  for (let at = 0; at < text.length && events.length <= MOST_EVENTS; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end).trim();
    if (line !== '') events.push(parse(line));
    at = end + 1;
  }
  return { ...readOptions({}), events };
}

/** What goes for all events. */
export function readOptions(given: object) {
  const options = batchOptions.safeParse(given);
  if (options.success) return options.data;
  const [issue] = options.error.issues;
  throw new AppError(422, 'invalid_request', `The field ${issue?.path.join('.')}: ${issue?.message}.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return UNPARSED;
  }
}
