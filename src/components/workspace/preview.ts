/** What a program serves, in a frame beside its output, while it serves it. */
export class Preview {
  private readonly section: HTMLElement;
  private readonly link: HTMLAnchorElement | null;
  private frame: HTMLIFrameElement | undefined;

  constructor(section: HTMLElement) {
    this.section = section;
    this.link = section.querySelector('a');
  }

  show(url: string | null): void {
    this.frame?.remove();
    this.frame = undefined;
    this.section.hidden = url === null;
    if (url === null) return;
    if (this.link) this.link.href = url;
    const frame = document.createElement('iframe');
    frame.title = 'Preview';
    frame.src = url;
    frame.referrerPolicy = 'no-referrer';
    // It is of another origin; within that one it is a page like any other, but it leads nowhere else.
    frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
    frame.setAttribute('allow', 'cross-origin-isolated');
    this.section.append(frame);
    this.frame = frame;
  }
}
