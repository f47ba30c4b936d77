import { CONNECT, type WorkerConnectMessage } from '../protocol.ts';
import { serveOneRun } from '../runtime/one-run.ts';
import { runShell } from './run-shell.ts';

/** The realm of one shell script. */
addEventListener('message', function connect(event: MessageEvent<WorkerConnectMessage>) {
  const port = event.ports[0];
  if (event.data?.type !== CONNECT || !port) return;
  removeEventListener('message', connect);
  serveOneRun(port, runShell);
});
