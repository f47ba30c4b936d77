import { buildIfNeeded } from './build-if-needed.ts';

try {
  await buildIfNeeded();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
await import('../server.ts');
