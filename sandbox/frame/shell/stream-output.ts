import type { Bash } from 'just-bash/browser';
import type { OutputChunk } from '../../engine.ts';
import { terminalPath } from './terminal.ts';

type Plugin = Parameters<Bash['registerTransformPlugin']>[0];
type Statement = ReturnType<Plugin['transform']>['ast']['statements'][number];
type Command = Statement['pipelines'][number]['commands'][number];
type SimpleCommand = Extract<Command, { type: 'SimpleCommand' }>;
type Redirection = SimpleCommand['redirections'][number];
type Word = SimpleCommand['args'][number];
type Stream = OutputChunk['stream'];

/**
 * The shell hands over what a script printed when all of it has ended, one stream after the other. So each command
 * whose output would reach the terminal gets a redirection to it, in front of its own, which names its line:
 * `echo a >&2` becomes `echo a >>/dev/… 2>>/dev/… >&2`. The file system knows those files (terminal.ts).
 */
export function streamOutput(): Plugin {
  let isFirst = true;
  return {
    name: 'stream-output',
    transform({ ast }) {
      // A script that the script runs is part of its command.
      if (isFirst) direct(ast.statements, ['stdout', 'stderr'], 1);
      isFirst = false;
      return { ast };
    },
  };
}

function direct(statements: readonly Statement[], streams: readonly Stream[], line: number): void {
  for (const statement of statements) {
    for (const { commands, pipeStderr } of statement.pipelines) {
      commands.forEach((command, at) => {
        const isLast = at === commands.length - 1;
        if (isLast) directCommand(command, streams, command.line || statement.line || line);
        else if (!pipeStderr?.[at])
          directCommand(command, ['stderr'], command.line || statement.line || line);
      });
    }
  }
}

function directCommand(command: Command, streams: readonly Stream[], line: number): void {
  // Where a function prints is decided where it is called.
  if (command.type === 'FunctionDef') return;
  if (command.type === 'SimpleCommand') {
    const values = command.assignments.flatMap(({ value, array }) => [
      ...(value ? [value] : []),
      ...(array ?? []),
    ]);
    for (const word of [...values, ...command.args]) directSubstitutions(word.parts, line);
    // What `exec` redirects stays so; an assignment alone prints nothing.
    if (!command.name || nameOf(command.name) === 'exec') return;
  } else if (command.redirections.length === 0 && 'pipelines' in (bodiesOf(command)[0]?.[0] ?? {})) {
    for (const body of bodiesOf(command)) direct(body, streams, line);
    return;
  }
  command.redirections.unshift(...streams.map((stream) => toTerminal(stream, line)));
}

function bodiesOf(command: Exclude<Command, { type: 'SimpleCommand' | 'FunctionDef' }>): Statement[][] {
  switch (command.type) {
    case 'If':
      return [...command.clauses.flatMap(({ condition, body }) => [condition, body]), command.elseBody ?? []];
    case 'While':
    case 'Until':
      return [command.condition, command.body];
    case 'Case':
      return command.items.map(({ body }) => body);
    case 'ArithmeticCommand':
    case 'ConditionalCommand':
      return [];
    default:
      return [command.body];
  }
}

/** What `$(…)` prints belongs to the script; what it complains of, to the terminal. */
function directSubstitutions(parts: Word['parts'], line: number): void {
  for (const part of parts) {
    if (part.type === 'CommandSubstitution') direct(part.body.statements, ['stderr'], line);
    else if (part.type === 'DoubleQuoted') directSubstitutions(part.parts, line);
  }
}

function nameOf({ parts }: Word): string | undefined {
  const [part] = parts;
  return parts.length === 1 && part?.type === 'Literal' ? part.value : undefined;
}

function toTerminal(stream: Stream, line: number): Redirection {
  return {
    type: 'Redirection',
    fd: stream === 'stdout' ? 1 : 2,
    operator: '>>',
    target: { type: 'Word', parts: [{ type: 'Literal', value: terminalPath(stream, line) }] },
  };
}
