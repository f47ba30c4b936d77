import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/database-setup.ts'],
    // Two cores, and a Postgres server beside them; a third worker fills the time in which tests wait for processes.
    maxWorkers: 3,
    // The house is loaded once per worker and not once per file, which takes a sixth of the time. What a test changes it
    // puts back, as it has to within a file as well.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
