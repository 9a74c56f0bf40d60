// The link to the stream of changes. Windows of one browser share it: the one that
// holds the lock listens and tells the others, because a browser opens only six
// connections to a site and one window must not take them all.

export type News =
  | { what: 'up'; spread: number }
  | { what: 'down'; wait: number } // milliseconds until it is tried again
  | { what: 'change'; kinds: string[] }
  | { what: 'reload' };

type Told = { news?: News; mark?: string; asks?: boolean };

const longest = 30_000;

export class Link {
  private channel?: BroadcastChannel;
  private source?: EventSource;
  private mark: string;
  private tries = 0;
  private timer = 0;
  private watch = 0;
  private beat = 15_000;
  private last: News = { what: 'down', wait: 0 };
  private leads = false;
  private stopped = false;

  constructor(
    private address: string,
    after: string,
    private tell: (news: News) => void,
  ) {
    this.mark = after;
    if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
      this.lead();
      return;
    }
    this.channel = new BroadcastChannel(`konbit ${address}`);
    this.channel.onmessage = (e: MessageEvent<Told>) => this.heard(e.data);
    void navigator.locks.request(`konbit ${address}`, () => new Promise<void>(() => this.lead()));
    this.channel.postMessage({ asks: true });
  }

  private lead(): void {
    this.leads = true;
    this.open();
    addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.retry());
  }

  private heard(told: Told): void {
    if (this.leads) {
      if (told.asks) this.channel!.postMessage({ news: this.last, mark: this.mark });
      return;
    }
    if (told.mark) this.mark = told.mark;
    if (told.news) this.tell(told.news);
  }

  private say(news: News): void {
    if (news.what === 'up' || news.what === 'down') this.last = news;
    this.channel?.postMessage({ news, mark: this.mark });
    this.tell(news);
  }

  private open(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.source?.close();
    const to = new URL(this.address, location.href);
    if (this.mark) to.searchParams.set('after', this.mark);
    const source = new EventSource(to);
    this.source = source;
    const alive = (e: MessageEvent): void => {
      if (e.lastEventId) this.mark = e.lastEventId;
      this.tries = 0;
      this.guard();
    };
    source.addEventListener('hello', (e) => {
      const said = JSON.parse(e.data) as { beat: number; spread: number };
      this.beat = said.beat;
      alive(e);
      this.say({ what: 'up', spread: said.spread });
    });
    source.addEventListener('beat', alive);
    source.addEventListener('change', (e) => {
      alive(e);
      this.say({ what: 'change', kinds: [(JSON.parse(e.data) as { kind: string }).kind] });
    });
    source.addEventListener('reload', (e) => {
      alive(e);
      this.say({ what: 'reload' });
    });
    source.addEventListener('bye', () => this.lost());
    source.onerror = () => this.lost();
    this.guard();
  }

  // guard takes a line on which nothing is heard for a lost one: a cable that was
  // pulled says nothing.
  private guard(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.lost(), this.beat * 2.5);
  }

  // lost closes the line and tries again later: each time a little later, and not
  // when all others do.
  lost(): void {
    clearTimeout(this.watch);
    clearTimeout(this.timer);
    this.source?.close();
    if (!this.leads || this.stopped) return;
    const wait = Math.min(longest, 1000 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries = Math.min(this.tries + 1, 6);
    this.timer = setTimeout(() => this.open(), wait);
    this.say({ what: 'down', wait });
  }

  private retry(): void {
    if (this.last.what === 'down') this.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.watch);
    clearTimeout(this.timer);
    this.source?.close();
  }
}
