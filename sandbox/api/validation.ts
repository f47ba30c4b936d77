import { type FieldProblem, type ProblemCode, RelayProblem } from './problem.ts';

/** The part of a Zod issue that is read here. */
interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  keys?: string[];
}

const MISSING: Record<string, ProblemCode> = {
  to: 'recipient_missing',
  body: 'message_body_missing',
  url: 'url_missing',
};
const INVALID: Record<string, ProblemCode> = {
  to: 'recipient_invalid',
  body: 'message_body_invalid',
  url: 'url_invalid',
  limit: 'limit_invalid',
  cursor: 'cursor_invalid',
  'idempotency-key': 'idempotency_key_invalid',
};

const pointerTo = (target: string, name: string) => {
  if (target === 'query') return `?${name}`;
  if (target === 'header') return name;
  return `#/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
};

function unknownNames(issue: Issue, target: string, known: string): FieldProblem[] {
  const [code, what]: [ProblemCode, string] =
    target === 'query' ? ['unknown_parameter', 'parameter'] : ['unknown_field', 'field'];
  return (issue.keys ?? []).map((name) => ({
    pointer: pointerTo(target, name.slice(0, 100)),
    code,
    detail: `There is no ${what} ${JSON.stringify(name.slice(0, 100))}; this route knows ${known}. Remove it, or check its spelling.`,
  }));
}

function toFieldProblems(issue: Issue, target: string, known: string): FieldProblem[] {
  if (issue.code === 'unrecognized_keys') return unknownNames(issue, target, known);
  const name = String(issue.path[0] ?? '');
  if (!name) {
    const example =
      known === 'url' ? '{"url": "https://example.com/hooks"}' : '{"to": "ada@example.com", "body": "Hello"}';
    const detail = `The body is not a JSON object. Send one such as ${example}.`;
    return [{ pointer: '#', code: 'invalid_request', detail }];
  }
  const missing = issue.message.includes('is missing') ? MISSING[name] : undefined;
  const code = missing ?? INVALID[name] ?? 'invalid_request';
  return [{ pointer: pointerTo(target, name), code, detail: issue.message }];
}

/**
 * One problem for everything wrong with a request. Its code and sentence are those of the first fault, the way a reader
 * mends them, with the names that are `known` in words: misspelt names first, because they are often the cause of the missing ones.
 */
export function validationProblem(issues: readonly Issue[], target: string, known: string): RelayProblem {
  const errors = issues
    .flatMap((issue) => toFieldProblems(issue, target, known))
    .sort((a, b) => Number(b.code.startsWith('unknown_')) - Number(a.code.startsWith('unknown_')));
  const first = errors[0];
  const others = errors.length > 1 ? ` ${errors.length - 1} more under errors.` : '';
  return new RelayProblem(
    first?.code ?? 'invalid_request',
    (first?.detail ?? 'The request is invalid.') + others,
    { errors },
  );
}
