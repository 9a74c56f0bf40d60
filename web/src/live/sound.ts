// The sound of alarms: a tone made here, from a press of the button until somebody
// acts, or silences it for ten minutes. A browser lets no page sound that nobody
// has touched. The silence is of this browser, and a new alarm breaks it.

const switched = 'konbit-sound';
const silenced = 'konbit-silence';
const longestSilence = 600_000;
const every = 4_000;

type Silence = { until: number; alarms: string[] };

function stored(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return ''; // a browser that keeps nothing
  }
}

function store(name: string, value: string): void {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // it holds for this page alone
  }
}

export class Sound {
  private context?: AudioContext;
  private alarms: string[] = [];
  private wanted = stored(switched) === 'on';
  private here: Silence | null = null;
  private bar: HTMLElement;
  private button: HTMLButtonElement;
  private hush: HTMLButtonElement;
  private endHush: HTMLButtonElement;
  private told: HTMLElement;

  constructor(
    bar: HTMLElement,
    private clock: (wall: number) => string,
  ) {
    this.bar = bar;
    const find = <T extends HTMLElement>(name: string): T => bar.querySelector<T>(`[data-live-${name}]`)!;
    this.button = find('sound');
    this.hush = find('silence');
    this.endHush = find('end');
    this.told = find('heard');
    find('controls').hidden = false;
    this.button.addEventListener('click', () => this.turn(!this.wanted));
    this.hush.addEventListener('click', () => this.silence());
    this.endHush.addEventListener('click', () => this.keep(null));
    addEventListener('storage', () => {
      this.wanted = stored(switched) === 'on';
      this.show();
    });
    const wake = (): void => void (this.wanted && this.waits() && this.turn(true));
    addEventListener('pointerdown', wake);
    addEventListener('keydown', wake);
    if (this.wanted) this.turn(true);
    setInterval(() => this.round(), every);
    this.show();
  }

  // set takes what must be heard now; it is heard at once.
  set(alarms: string[]): void {
    const more = alarms.some((a) => !this.alarms.includes(a));
    this.alarms = alarms;
    if (alarms.length === 0) this.keep(null);
    if (more) this.round();
    this.show();
  }

  private waits(): boolean {
    return this.context?.state !== 'running';
  }

  private turn(on: boolean): void {
    this.wanted = on;
    store(switched, on ? 'on' : '');
    if (on) {
      this.context ??= new AudioContext();
      void this.context.resume().then(() => this.round());
    } else {
      void this.context?.suspend();
    }
    this.show();
  }

  private silence(): void {
    this.keep({ until: Date.now() + longestSilence, alarms: this.alarms });
  }

  private keep(s: Silence | null): void {
    this.here = s;
    store(silenced, s ? JSON.stringify(s) : '');
    this.show();
    if (!s) this.round();
  }

  // silent gives the silence that holds, or null: it is over by the clock, or there
  // is an alarm that was not there when it began.
  private silent(): Silence | null {
    let s = this.here;
    try {
      s = (JSON.parse(stored(silenced) || 'null') as Silence | null) ?? s;
    } catch {
      s = null;
    }
    const now = Date.now();
    if (!s || s.until <= now || s.until > now + longestSilence || this.alarms.some((a) => !s.alarms.includes(a))) return null;
    return s;
  }

  private round(): void {
    const loud = this.wanted && !this.waits() && this.alarms.length > 0 && !this.silent();
    this.bar.dataset.sounding = loud ? 'yes' : 'no';
    this.show();
    if (!loud) return;
    if (!('locks' in navigator)) {
      this.tone();
      return;
    }
    // Several windows are open: one sounds.
    void navigator.locks.request('konbit alarm', { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      this.tone();
      await new Promise((done) => setTimeout(done, every - 500));
    });
  }

  private tone(): void {
    const c = this.context!;
    for (let i = 0; i < 4; i++) {
      const from = c.currentTime + i * 0.28;
      const tone = c.createOscillator();
      const loud = c.createGain();
      tone.frequency.value = i % 2 ? 740 : 988;
      loud.gain.setValueAtTime(0.0001, from);
      loud.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, from + 0.24);
      tone.connect(loud).connect(c.destination);
      tone.start(from);
      tone.stop(from + 0.25);
    }
  }

  private show(): void {
    const say = this.bar.dataset;
    const s = this.alarms.length > 0 ? this.silent() : null;
    const does = this.wanted ? say.sayTurnoff! : say.sayTurnon!;
    if (this.button.textContent !== does) this.button.textContent = does;
    this.hush.hidden = !this.wanted || this.alarms.length === 0 || !!s;
    this.endHush.hidden = !s || !this.wanted;
    let text = this.wanted ? say.sayOn! : say.sayOff!;
    if (this.wanted && this.context && this.waits()) text = say.sayWaits!;
    else if (this.wanted && s) text = say.saySilent!.replace('{time}', this.clock(s.until));
    if (this.told.textContent !== text) this.told.textContent = text;
  }
}
