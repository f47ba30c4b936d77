/** A file, or a folder with what is in it. */
export interface TreeNode {
  name: string;
  path: string;
  children?: TreeNode[];
}

/** Folders first, then files in their own order, as the sample lists them. */
export function toTree(paths: string[], prefix = ''): TreeNode[] {
  const folders = new Map<string, string[]>();
  const files: TreeNode[] = [];
  for (const path of paths) {
    const [name = '', ...rest] = path.slice(prefix.length).split('/');
    if (rest.length === 0) files.push({ name, path });
    else folders.set(name, [...(folders.get(name) ?? []), path]);
  }
  return [
    ...Array.from(folders, ([name, inside]) => {
      const path = `${prefix}${name}`;
      return { name, path, children: toTree(inside, `${path}/`) };
    }),
    ...files,
  ];
}

/** The list of files as a tree that the arrow keys walk, the way the ARIA practices describe. */
export class FileTree {
  private readonly root: HTMLElement;
  private readonly onOpen: (path: string) => void;

  constructor(root: HTMLElement, onOpen: (path: string) => void) {
    this.root = root;
    this.onOpen = onOpen;
    root.addEventListener('click', ({ target }) => {
      const item = target instanceof Element ? target.closest<HTMLElement>('[role=treeitem]') : null;
      if (!item) return;
      if (item.hasAttribute('data-folder')) toggle(item);
      else this.onOpen(item.dataset.file ?? '');
      this.focus(item);
    });
    root.addEventListener('keydown', (event) => this.handleKey(event));
  }

  private handleKey(event: KeyboardEvent): void {
    const item = event.target;
    if (!(item instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const visible = this.items().filter((one) => !one.closest('[aria-expanded="false"] > [role=group]'));
    const at = visible.indexOf(item);
    const isOpen = item.getAttribute('aria-expanded');
    const parent = item.parentElement?.closest<HTMLElement>('[role=treeitem]');
    const act: Record<string, () => void> = {
      ArrowDown: () => this.focus(visible[at + 1]),
      ArrowUp: () => this.focus(visible[at - 1]),
      Home: () => this.focus(visible[0]),
      End: () => this.focus(visible.at(-1)),
      ArrowRight: () => (isOpen === 'false' ? toggle(item) : isOpen && this.focus(visible[at + 1])),
      ArrowLeft: () => (isOpen === 'true' ? toggle(item) : this.focus(parent)),
      Enter: () => item.click(),
      ' ': () => item.click(),
    };
    const action = Object.hasOwn(act, event.key) ? act[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }

  private focus(item: HTMLElement | null | undefined): void {
    if (!item) return;
    this.makeTabStop(item);
    item.focus();
  }

  private makeTabStop(item: HTMLElement): void {
    for (const one of this.items()) one.tabIndex = one === item ? 0 : -1;
  }

  private items(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('[role=treeitem]')];
  }
}

function toggle(folder: HTMLElement): void {
  folder.setAttribute('aria-expanded', String(folder.getAttribute('aria-expanded') === 'false'));
}
