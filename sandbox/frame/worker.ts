import { CONNECT, type HostMessage, type WorkerConnectMessage, type WorkerMessage } from './protocol.ts';
import { Program } from './runtime/program.ts';

/** The realm of one run: it gets its port once, one program once, and is thrown away with the frame. */
addEventListener('message', function connect(event: MessageEvent<WorkerConnectMessage>) {
  const port = event.ports[0];
  if (event.data?.type !== CONNECT || !port) return;
  removeEventListener('message', connect);
  const send = (message: WorkerMessage) => port.postMessage(message);
  let program: Program | undefined;
  port.onmessage = ({ data }: MessageEvent<HostMessage>) => {
    if (data.type === 'run') {
      if (program) return;
      program = new Program(data, send);
      void program.start();
    } else if (data.type === 'response') program?.answered(data.id, data.response);
    else program?.refused(data.id, data.message);
  };
  send({ type: 'ready' });
});
