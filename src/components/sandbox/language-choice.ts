/** Remembered for all pages of the site: the id of a language, and nothing else. */
const KEY = 'firstcall:language';
const CHOSEN = 'firstcall:language';

/** What the reader chose, here or on an earlier page; null before, and without storage. */
export function chosenLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Whatever on the page speaks the language turns to it. */
export function chooseLanguage(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // Without storage the choice is good for this page.
  }
  document.dispatchEvent(new CustomEvent(CHOSEN, { detail: id }));
}

/**
 * Makes the language tabs of one block work: its tabs and panels carry `data-language`. What lacks the language that
 * was chosen stays as it is.
 * @param onShow called whenever another language is shown
 */
export function followLanguage(root: HTMLElement, onShow: (id: string) => void = () => {}): void {
  const tabs = [...root.querySelectorAll<HTMLElement>('[role=tab][data-language]')];
  const panels = [...root.querySelectorAll<HTMLElement>('[role=tabpanel][data-language]')];
  const show = (id: string | null) => {
    if (!tabs.some((tab) => tab.dataset.language === id)) return;
    for (const tab of tabs) {
      const isShown = tab.dataset.language === id;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
    for (const panel of panels) panel.hidden = panel.dataset.language !== id;
    onShow(String(id));
  };
  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener('click', () => chooseLanguage(tab.dataset.language ?? ''));
    tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
      const next = to === undefined ? undefined : tabs.at(to % tabs.length);
      if (!next) return;
      event.preventDefault();
      chooseLanguage(next.dataset.language ?? '');
      next.focus();
    });
  }
  document.addEventListener(CHOSEN, (event) => show((event as CustomEvent<string>).detail));
  show(chosenLanguage());
}
