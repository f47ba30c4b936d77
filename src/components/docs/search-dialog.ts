/** The part of pagefind's browser API that is used here; https://pagefind.app/docs/api/ */
interface PageMatch {
  url: string;
  excerpt: string;
  meta: { title: string };
  sub_results: { url: string; title: string; excerpt: string }[];
}
interface Pagefind {
  init(): Promise<void>;
  debouncedSearch(words: string): Promise<{ results: { data(): Promise<PageMatch> }[] } | null>;
}

const MOST_RESULTS = 8;

let index: Promise<Pagefind> | undefined;

/** Written by the build, so it is an address and not a module the bundler could find. */
function loadIndex(): Promise<Pagefind> {
  const address = '/pagefind/pagefind.js';
  index ??= import(/* @vite-ignore */ address).then(async (pagefind: Pagefind) => {
    await pagefind.init();
    return pagefind;
  });
  return index;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, text = ''): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  created.textContent = text;
  return created;
}

/** Pagefind's excerpt is markup with `<mark>`; only text and marks are taken over. */
function excerpt(html: string): HTMLSpanElement {
  const span = element('span');
  for (const node of new DOMParser().parseFromString(html, 'text/html').body.childNodes) {
    span.append(
      node.nodeName === 'MARK' ? element('mark', node.textContent ?? '') : (node.textContent ?? ''),
    );
  }
  return span;
}

/** The heading inside the page that matches best, else the page itself. */
function resultItem(page: PageMatch): HTMLLIElement {
  const best = page.sub_results[0];
  const link = element('a');
  link.href = best?.url ?? page.url;
  const inPage =
    best && best.title !== page.meta.title ? `${page.meta.title} › ${best.title}` : page.meta.title;
  link.append(element('strong', inPage), excerpt(best?.excerpt ?? page.excerpt));
  const item = element('li');
  item.append(link);
  return item;
}

async function search(words: string, list: HTMLOListElement, status: HTMLElement): Promise<void> {
  if (!words) {
    list.replaceChildren();
    status.textContent = 'Type a word: a task, an error code, a variable.';
    return;
  }
  const pagefind = await loadIndex();
  const found = await pagefind.debouncedSearch(words);
  if (!found) return; // Newer words are on their way.
  const pages = await Promise.all(found.results.slice(0, MOST_RESULTS).map((result) => result.data()));
  list.replaceChildren(...pages.map(resultItem));
  const count = found.results.length;
  status.textContent =
    count === 0 ? `No page says “${words}”.` : `${count} ${count === 1 ? 'page' : 'pages'} for “${words}”.`;
}

/** Arrow keys walk from the field through the results and back. */
function walk(dialog: HTMLDialogElement, event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  if (!(document.activeElement instanceof HTMLElement)) return;
  const stops = [...dialog.querySelectorAll<HTMLElement>('input, a')];
  const here = stops.indexOf(document.activeElement);
  const next = stops[here + (event.key === 'ArrowDown' ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function createDialog(): HTMLDialogElement {
  const dialog = element('dialog');
  dialog.className = 'fc-search-dialog';
  dialog.setAttribute('aria-label', 'Search the docs');
  const field = element('input');
  // Not type=search: there the first Escape would only empty the field.
  field.setAttribute('role', 'searchbox');
  field.enterKeyHint = 'search';
  field.placeholder = 'Search';
  field.autocomplete = 'off';
  field.setAttribute('aria-label', 'Search the docs');
  const status = element('p');
  status.setAttribute('role', 'status');
  const list = element('ol');
  dialog.append(field, status, list);
  const run = () =>
    search(field.value.trim(), list, status).catch(() => {
      status.textContent =
        'The search index is not there. It is written when the portal is built, not in development.';
    });
  field.addEventListener('input', run);
  dialog.addEventListener('keydown', (event) => walk(dialog, event));
  dialog.addEventListener('click', (event) => {
    const target = event.target;
    if (target === dialog || (target instanceof Element && target.closest('a'))) dialog.close();
  });
  document.body.append(dialog);
  run();
  return dialog;
}

let dialog: HTMLDialogElement | undefined;

/** Opens the search, or closes it when it is open. */
export function openSearch(): void {
  dialog ??= createDialog();
  if (dialog.open) {
    dialog.close();
    return;
  }
  loadIndex().catch(() => {
    index = undefined;
  });
  dialog.showModal();
  dialog.querySelector('input')?.select();
}
