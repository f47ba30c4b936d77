import { CONNECT, type WorkerConnectMessage } from '../protocol.ts';
import { serveOneRun } from '../runtime/one-run.ts';
import { startPython } from './interpreter.ts';
import { runPython } from './run-python.ts';

/** The realm of one Python program: it starts the interpreter, and only then says that it is ready. */
addEventListener('message', async function connect(event: MessageEvent<WorkerConnectMessage>) {
  const port = event.ports[0];
  if (event.data?.type !== CONNECT || !port) return;
  removeEventListener('message', connect);
  try {
    const { python, assets } = await startPython(event.data.assets ?? {});
    serveOneRun(port, (surroundings) => runPython(python, surroundings), assets);
  } catch (error) {
    port.postMessage({ type: 'broken', reason: `Python did not start: ${String(error)}.` });
  }
});
