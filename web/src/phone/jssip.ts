// The phone of this browser: JsSIP over the site's WebSocket, one line to the engine at a time.

import { signal } from "@preact/signals";
import type { Agent, Session } from "jssip";

import { Line } from "./line";
import { type PhoneLogin, askLogin, keepFresh } from "./login";
import { Microphone } from "./microphone";
import { type Phone, type PhoneState, phoneOff } from "./phone";

/** The engine forgets a phone that it has not heard of for so long. */
const REGISTER_S = 60;
const CONNECT_MAX_MS = 15_000;
const STOP_MAX_MS = 2_500;
const AGAIN_MS = 2_000;
/** A line that is lost is tried again after so many seconds, at first and at last. */
const RECOVER_S = { first: 1, last: 8 };

class JsSipPhone implements Phone {
  readonly state = signal<PhoneState>({ ...phoneOff });
  private agent: Agent | null = null;
  private line: Line | null = null;
  private ringing: Line | null = null;
  private connecting: Promise<void> | null = null;
  private stopRenewal: () => void = () => undefined;
  private again = 0;
  private wasRegistered = false;
  private readonly audio = new Audio();
  private readonly microphone = new Microphone(() => this.microphoneChanged());

  constructor() {
    // A page that goes away takes the line along, rather than leaving the engine to find out.
    addEventListener("pagehide", () => void this.disconnect());
  }

  connect(): Promise<void> {
    this.connecting ??= this.tryToConnect().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  async disconnect(): Promise<void> {
    const agent = this.agent;
    this.letGo();
    if (agent) {
      const gone = new Promise<void>((resolve) => agent.on("disconnected", () => resolve()));
      agent.stop();
      await Promise.race([gone, later(STOP_MAX_MS)]);
    }
  }

  mute(on: boolean): void {
    this.change({ muted: on });
  }

  hold(on: boolean): void {
    this.change({ held: on });
  }

  dtmf(key: string): void {
    if (/^[0-9*#]$/.test(key)) {
      this.line?.key(key);
    }
  }

  answer(): void {
    const stream = this.microphone.stream;
    if (this.ringing && stream) {
      const line = this.ringing;
      this.ringing = null;
      line.answer(stream);
    }
  }

  useDevices(microphone: string, speaker: string): void {
    void this.microphone.use(microphone);
    // Not every browser lets a page choose; then the system's own is used.
    this.audio.setSinkId?.(speaker).catch(() => undefined);
  }

  microphoneStream(): MediaStream | null {
    return this.microphone.stream;
  }

  private change(part: Partial<PhoneState>): void {
    this.state.value = { ...this.state.value, ...part };
    const { muted, held } = this.state.value;
    (this.line ?? this.ringing)?.apply(muted, held, this.microphone.stream);
  }

  private async tryToConnect(): Promise<void> {
    if (this.agent) {
      return;
    }
    this.change({ status: "connecting" });
    const microphone = await this.microphone.open();
    this.change({ microphone });
    if (microphone !== "ok") {
      this.change({ status: "off" }); // an agent who cannot speak must not be sent anybody
      return;
    }
    try {
      await this.register();
    } catch {
      await this.disconnect();
    }
  }

  private async register(): Promise<void> {
    const login = await askLogin();
    if (login === null) {
      throw new Error("no browser phones");
    }
    const { default: jssip } = await import("jssip");
    this.stopRenewal = keepFresh(login, (fresh) => this.renewed(fresh),
      () => void this.disconnect());
    const agent = new jssip.UA({
      sockets: [new jssip.WebSocketInterface(login.url)],
      uri: `sip:${login.user}@${login.realm}`,
      authorization_user: login.login,
      password: login.password,
      register_expires: REGISTER_S,
      connection_recovery_min_interval: RECOVER_S.first,
      connection_recovery_max_interval: RECOVER_S.last,
      user_agent: "dialer desk",
    });
    this.agent = agent;
    const settled = new Promise<void>((resolve, reject) => {
      agent.on("registered", () => resolve());
      setTimeout(() => reject(new Error("not registered in time")), CONNECT_MAX_MS);
    });
    this.listenTo(agent);
    agent.start();
    await settled;
  }

  private listenTo(agent: Agent): void {
    agent.on("registered", () => this.registered());
    agent.on("disconnected", () => this.lost());
    agent.on("registrationFailed", () => void this.refused());
    agent.on("newRTCSession", (event: { originator: string; session: Session }) => {
      if (event.originator === "remote") {
        this.called(event.session);
      }
    });
  }

  private renewed(login: PhoneLogin): void {
    this.agent?.set("authorization_user", login.login);
    this.agent?.set("password", login.password);
  }

  private registered(): void {
    const back = this.wasRegistered;
    this.wasRegistered = true;
    this.change({ status: this.line?.isUp() ? "in_call" : "registered" });
    if (back && this.line?.isUp()) {
      this.line.moved();
    }
  }

  private lost(): void {
    if (this.agent && this.wasRegistered) {
      this.change({ status: "lost" });
    }
  }

  /** The credentials ran out while the way was cut, or the engine has just started again. */
  private async refused(): Promise<void> {
    this.lost();
    clearTimeout(this.again);
    const agent = this.agent;
    const login = await askLogin().catch(() => null);
    if (login) {
      this.renewed(login);
    }
    if (agent === this.agent) {
      this.again = window.setTimeout(() => agent?.register(), AGAIN_MS);
    }
  }

  /** Only the engine can reach this phone, and it calls for the one line of the shift. */
  private called(session: Session): void {
    this.line?.end();
    const line = new Line(session, this.audio, {
      up: () => {
        this.change({ status: "in_call" });
      },
      over: () => this.over(line),
    });
    this.line = line;
    this.ringing = line;
    this.change({ status: "ringing" });
    this.answer();
  }

  private over(line: Line): void {
    if (line !== this.line) {
      return; // a newer one has taken its place
    }
    this.line = null;
    this.ringing = null;
    if (this.agent) {
      this.change({ status: this.agent.isRegistered() ? "registered" : "lost" });
    }
  }

  private microphoneChanged(): void {
    this.change({ microphone: this.microphone.health });
    if (this.microphone.stream) {
      void this.line?.replaceMicrophone(this.microphone.stream);
      this.answer(); // a call that came without a microphone
    }
  }

  private letGo(): void {
    this.stopRenewal();
    clearTimeout(this.again);
    this.line?.end();
    this.line = null;
    this.ringing = null;
    this.agent = null;
    this.wasRegistered = false;
    this.microphone.close();
    this.audio.srcObject = null;
    this.state.value = { ...phoneOff, microphone: this.state.value.microphone };
  }
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The phone of who is signed in, or null when the site has none. */
export async function makePhone(): Promise<Phone | null> {
  const login = await askLogin();
  return login === null ? null : new JsSipPhone();
}
