import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';

const ROOT = new URL('../', import.meta.url);
const readText = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const isThere = (path: string) => existsSync(new URL(path, ROOT));
const readme = readText('README.md');

/** The text below a heading of the second level. */
function section(title: string): string {
  const found = readme.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (!found) throw new Error(`The README has no section "${title}".`);
  return found;
}

/** The first two columns of the rows whose first is code. */
function rows(markdown: string): [string, string][] {
  return [...markdown.matchAll(/^\| `([^`]+)` \| (?:`([^`]*)`|([^|]*)) \|/gm)].map((match) => [
    match[1] ?? '',
    match[2] ?? match[3] ?? '',
  ]);
}

/** The folders of the map, without their last slash. */
const mapped = rows(section('The map of the house')).map(([folder]) => folder.replace(/\/$/, ''));

test('every folder on the map is there', () => {
  expect(mapped.filter((folder) => !isThere(folder))).toEqual([]);
  expect(mapped.length).toBeGreaterThan(15);
});

test.each(['src', 'src/features', 'sandbox', 'content'])('every folder of %s is on the map', (parent) => {
  const folders = readdirSync(new URL(parent, ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);
  expect(folders.filter((folder) => !mapped.includes(folder))).toEqual([]);
});

test('every file that a walk passes is there', () => {
  const files = [...section('Walks').matchAll(/`((?:src|sandbox|content)\/[^`]+)`/g)].map(
    (match) => match[1],
  );
  expect(files.filter((file) => file === undefined || !isThere(file))).toEqual([]);
  expect(files.length).toBeGreaterThan(15);
});

test('every link and picture of the README is there', () => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? '');
  expect(targets.filter((target) => !target.startsWith('http') && !isThere(target))).toEqual([]);
});

test('every npm script that the README names is there', () => {
  const { scripts } = JSON.parse(readText('package.json'));
  const named = [...readme.matchAll(/npm (?:run ([\w:]+)|(start|test))/g)].map(
    (match) => match[1] ?? match[2],
  );
  expect(named.filter((name) => !(name && name in scripts))).toEqual([]);
});

/** What the portal uses when nothing is set, by the name of the variable. */
const defaults = Object.entries(parseConfig({}))
  .map(([name, value]) => [name.replace(/[A-Z]/g, '_$&').toUpperCase(), String(value ?? 'none')])
  .sort();

test('the README lists every variable with its default', () => {
  expect(rows(section('Configuration')).sort()).toEqual(defaults);
});

test('the operators’ page lists every variable with its default', () => {
  const listed = rows(readText('content/docs/operators/configure.mdx'));
  expect(listed.sort()).toEqual(defaults);
});
