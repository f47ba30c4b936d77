import type { SampleFile } from '../../../../sandbox/engine.ts';
import type { Desk } from '../desk.ts';
import { chooseLanguage } from '../language-choice.ts';
import { difference } from './difference.ts';
import { sayNotShared } from './say-share.ts';
import {
  decodeShare,
  encodeShare,
  SHARE_PREFIX,
  type ShareableSample,
  type SharedCode,
} from './share-link.ts';
import { ShareView } from './share-view.ts';

/** Makes links that carry the edited code of one sandbox, and opens them. Nothing here runs anything. */
export class Sharing {
  private readonly root: HTMLElement;
  private readonly sample: ShareableSample;
  private readonly desks: ReadonlyMap<string, Desk>;
  private readonly desk: () => Desk;
  private readonly view: ShareView;

  /** @param desk the one in front of the reader */
  constructor(root: HTMLElement, name: string, desks: ReadonlyMap<string, Desk>, desk: () => Desk) {
    this.root = root;
    this.sample = {
      name,
      languages: Array.from(desks, ([id, one]) => ({ id, paths: one.originals().map(({ path }) => path) })),
    };
    this.desks = desks;
    this.desk = desk;
    this.view = new ShareView(root);
  }

  /** Copies a link to this page with the code as it stands. */
  async copy(): Promise<void> {
    const desk = this.desk();
    const files = changedFrom(desk.originals(), desk.files());
    // Without the query: it may hold what is meant for this reader alone.
    const page = location.origin + location.pathname;
    if (files.length === 0) {
      return this.hand(page, 'Nothing is edited here, so the link leads to this page and carries no code.');
    }
    const encoded = encodeShare({ sample: this.sample.name, language: desk.language, files });
    if (!encoded.ok) return this.view.note(sayNotShared(encoded.reason));
    const names = files.map(({ path }) => path).join(' and ');
    return this.hand(
      page + encoded.fragment,
      `It carries ${names} as edited here, and no key. Nothing runs until somebody presses Run.`,
    );
  }

  /** Shows the code that the page's address carries. */
  open(): void {
    const fragment = location.hash;
    if (!fragment.startsWith(SHARE_PREFIX) || !this.isAddressed(fragment)) return;
    const decoded = decodeShare(fragment, [this.sample]);
    const desk = decoded.ok ? this.desks.get(decoded.code.language) : undefined;
    if (desk && decoded.ok) this.offer(desk, decoded.code);
    else if (!decoded.ok) this.view.refuse(decoded, forgetLink);
  }

  private offer(desk: Desk, { language, files }: SharedCode): void {
    const originals = desk.originals();
    const changes = changedFrom(originals, files).map(({ path, text }) => ({
      path,
      difference: difference(textOf(originals, path), text),
    }));
    const own = desk.files();
    const whole = originals.map(({ path, text }) => ({ path, text: textOf(files, path, text) }));
    if (changes.length === 0) {
      this.view.say('The code of this link is the original, unchanged.', forgetLink);
      return;
    }
    if (changedFrom(own, whole).length === 0) {
      this.view.say('The code of this link is what the editor shows already.', forgetLink);
      return;
    }
    const hasEdits = changedFrom(originals, own).length > 0;
    this.view.offer({
      changes,
      language: this.desks.size > 1 ? this.labelOf(language) : '',
      hasEdits,
      onKeep: forgetLink,
      onUse: () => {
        forgetLink();
        const before = desk.files();
        desk.replace(files);
        chooseLanguage(language);
        desk.show(changes.some(({ path }) => path === desk.entry) ? desk.entry : (changes[0]?.path ?? ''));
        this.view.used(hasEdits, () => desk.replace(before));
      },
    });
  }

  private async hand(link: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.view.note(`Link copied. ${what}`);
    } catch {
      // Not allowed, or a page without https: the reader copies it.
      this.view.note(what, link);
    }
  }

  /** Of several sandboxes on a page, the first speaks about a link that belongs to none of them. */
  private isAddressed(fragment: string): boolean {
    const all = [...document.querySelectorAll<HTMLElement>('.fc-sandbox[data-sample]')];
    const owner = all.find((one) => JSON.parse(one.dataset.sample ?? '{}').name === fragment.split('/')[1]);
    return this.root === (owner ?? all[0]);
  }

  private labelOf(language: string): string {
    const tab = this.root.querySelector(`[role=tab][data-language="${language}"]`);
    return tab?.textContent?.trim() ?? language;
  }
}

/** Those of the second files whose text is another in the first. */
function changedFrom(before: SampleFile[], after: SampleFile[]): SampleFile[] {
  return after.filter(({ path, text }) => textOf(before, path) !== text);
}

function textOf(files: SampleFile[], path: string, otherwise = ''): string {
  return files.find((file) => file.path === path)?.text ?? otherwise;
}

/** What was decided once is not asked again after a reload. */
function forgetLink(): void {
  history.replaceState(history.state, '', location.pathname + location.search);
}
