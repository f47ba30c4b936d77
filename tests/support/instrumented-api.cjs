// An API as it stands in many companies: instrumented by OpenTelemetry, which has to be loaded before anything else.
// It answers three calls of its own, exports what it saw, and ends. PROTOCOL is proto or http (JSON).

const { TracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${process.env.PROTOCOL}`);

const provider = new TracerProvider({
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
});
registerInstrumentations({
  tracerProvider: provider,
  instrumentations: [
    new HttpInstrumentation({
      // The one attribute.
      requestHook: (span, request) => {
        const keyId = request.headers?.['x-key-id'];
        if (keyId) span.setAttribute('firstcall.key_id', keyId);
      },
    }),
  ],
});

const http = require('node:http');

const server = http.createServer((req, res) => {
  res.statusCode = req.method === 'POST' ? 422 : 200;
  res.end('{}');
});

function call(port, method, path, headers) {
  return new Promise((resolve) => {
    http.request({ port, method, path, headers }, (res) => res.resume().on('end', resolve)).end();
  });
}

server.listen(0, async () => {
  const { port } = server.address();
  const headers = { 'X-Key-Id': process.env.KEY_ID, 'User-Agent': 'python-requests/2.32' };
  await call(port, 'GET', '/orders/12345?token=secret', headers);
  await call(port, 'POST', '/orders', headers);
  await call(port, 'GET', '/for-nobody', {});
  server.closeAllConnections();
  server.close();
  await provider.shutdown();
});
