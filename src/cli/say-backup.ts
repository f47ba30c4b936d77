import type { Manifest } from '../features/operations/backup-manifest.ts';

/** What is in a backup, in two lines. */
export function sayBackup({ database, rows, files }: Manifest): void {
  const count = (table: string) => (rows[table] ?? 0).toLocaleString('en');
  const name = database === 'sqlite' ? 'SQLite' : 'Postgres';
  console.log(`database: ${name}, ${count('developer')} developers, ${count('usage_event')} calls`);
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const spooled = Object.keys(files).filter((path) => path.startsWith('spool')).length;
  const spool = spooled === 0 ? '' : `, ${spooled} of them with calls that wait for the database`;
  console.log(`files: ${Object.keys(files).length}, ${(bytes / 1e6).toFixed(1)} MB${spool}`);
}
