import type { SampleError } from '../../engine.ts';
import type { HostMessage, RunMessage, WorkerMessage } from '../protocol.ts';
import { Bridge } from './bridge.ts';
import { createOutput, type Output } from './output.ts';

/** What a program gets besides its files. */
export interface Surroundings {
  message: RunMessage;
  output: Output;
  bridge: Bridge;
}

export interface Ending {
  exitCode: number;
  error?: SampleError;
}

/**
 * Runs the one sample that the page sends, and tells it how that ended. For runtimes that are a single call.
 * @param assets what later realms may start from
 */
export function serveOneRun(
  port: MessagePort,
  run: (surroundings: Surroundings) => Promise<Ending>,
  assets: Record<string, Blob> = {},
): void {
  const send = (message: WorkerMessage) => port.postMessage(message);
  let bridge: Bridge | undefined;
  port.onmessage = ({ data }: MessageEvent<HostMessage>) => {
    if (data.type === 'response') bridge?.answered(data.id, data.response);
    else if (data.type === 'refused') bridge?.refused(data.id, data.message);
    else if (!bridge) bridge = start(data, send, run);
  };
  send({ type: 'ready', assets });
}

function start(
  message: RunMessage,
  send: (message: WorkerMessage) => void,
  run: (surroundings: Surroundings) => Promise<Ending>,
): Bridge {
  const { runId } = message;
  const output = createOutput((chunks) => send({ type: 'output', runId, chunks }), message.outputLimitBytes);
  const bridge = new Bridge({
    send: (id, request) => {
      // What was printed before the request is shown before it.
      output.flush();
      send({ type: 'request', runId, id, request });
    },
    abort: (id) => send({ type: 'abort', runId, id }),
  });
  const end = ({ exitCode, error }: Ending) => {
    output.flush();
    const { droppedBytes } = output;
    send({ type: 'exit', runId, exitCode: exitCode & 255, droppedBytes, ...(error ? { error } : {}) });
  };
  run({ message, output, bridge }).then(end, (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    output.write('stderr', `${text}\n`);
    end({ exitCode: 1, error: { message: text } });
  });
  return bridge;
}
