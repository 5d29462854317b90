// Reads a stream of server-sent events with a bearer token, which EventSource cannot send, and
// connects again when it breaks.

const SILENCE_MS = 40000; // the server sends at least a comment every 15 s
const WAIT_MS_MIN = 1000;
const WAIT_MS_MAX = 15000;

/** Cuts "event:/data:" blocks out of text that arrives in pieces. */
export class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
  }

  feed(text) {
    this.rest += text;
    let end;
    while ((end = this.rest.indexOf('\n\n')) >= 0) {
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      this.read(block);
    }
  }

  read(block) {
    let name = 'message';
    const data = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event: ')) {
        name = line.slice(7);
      } else if (line.startsWith('data: ')) {
        data.push(line.slice(6));
      }
    }
    if (data.length > 0) {
      this.onEvent(name, data.join('\n'));
    }
  }
}

/**
 * Keeps one stream open until close(). `on` has open(), event(name, text), lost(retryMs) and
 * refused(status, message); after refused() nothing more happens.
 */
export class EventStream {
  constructor(url, token, on) {
    this.url = url;
    this.token = token;
    this.on = on;
    this.wait = WAIT_MS_MIN;
    this.closed = false;
    this.timer = 0;
    this.connect();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  /** Does not wait for the next attempt: the network is back, or a person asks. */
  hurry() {
    if (!this.closed && this.timer) {
      this.connect();
    }
  }

  async connect() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.abort = new AbortController();
    try {
      const response = await fetch(this.url, {
        headers: { Authorization: `Bearer ${this.token}` },
        cache: 'no-store',
        signal: this.abort.signal,
      });
      if (response.status === 401 || response.status === 403) {
        const answer = await response.json().catch(() => null);
        this.closed = true;
        this.on.refused(response.status, answer?.error?.message ?? response.statusText);
        return;
      }
      if (response.ok) {
        await this.readAll(response.body.getReader());
      }
    } catch {
      // A broken connection and an aborted one look alike; what to do is the same.
    }
    this.retryLater();
  }

  async readAll(reader) {
    const decoder = new TextDecoder();
    const parser = new EventParser((name, text) => this.on.event(name, text));
    this.on.open();
    let watchdog = 0;
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => this.abort.abort(), SILENCE_MS);
    };
    try {
      for (;;) {
        watch();
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        this.wait = WAIT_MS_MIN;
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(watchdog);
    }
  }

  retryLater() {
    if (this.closed) {
      return;
    }
    // A little by chance, so that all pages do not come back in the same instant.
    const wait = this.wait * (0.8 + 0.4 * Math.random());
    this.wait = Math.min(this.wait * 2, WAIT_MS_MAX);
    this.timer = setTimeout(() => this.connect(), wait);
    this.on.lost(wait);
  }
}
