// One call of the engine to this phone: its microphone, its loudspeaker, its keys.

import type { Session } from "jssip";

/** How long a key sounds, and the pause behind it, in ms: what any far end understands. */
const KEY_MS = 120;
const PAUSE_MS = 60;

/** What is told of a line; each at most once, and `over` last. */
export interface LineEvents {
  up: () => void;
  over: () => void;
}

/**
 * Hold and mute are kept here and not told to the engine: the line is there for the shift, and what
 * needs no negotiation cannot fail. Silence goes on being sent, so the line stays up.
 */
export class Line {
  private muted = false;
  private held = false;
  private ended = false;

  constructor(private readonly session: Session, private readonly audio: HTMLAudioElement,
    events: LineEvents) {
    session.on("peerconnection", (event: { peerconnection: RTCPeerConnection }) => {
      this.watch(event.peerconnection);
    });
    session.on("confirmed", () => events.up());
    const over = () => {
      if (!this.ended) {
        this.ended = true;
        events.over();
      }
    };
    session.on("ended", over);
    session.on("failed", over);
  }

  answer(stream: MediaStream): void {
    this.applyTo(stream);
    this.session.answer({ mediaStream: stream, pcConfig: { iceServers: [] } });
  }

  isUp(): boolean {
    return this.session.isEstablished() && !this.ended;
  }

  /** Another microphone, or the same one come back. */
  async replaceMicrophone(stream: MediaStream): Promise<void> {
    this.applyTo(stream);
    const track = stream.getAudioTracks()[0] ?? null;
    await this.sender()?.replaceTrack(track);
  }

  apply(muted: boolean, held: boolean, stream: MediaStream | null): void {
    this.muted = muted;
    this.held = held;
    this.audio.muted = held;
    if (stream) {
      this.applyTo(stream);
    }
  }

  key(key: string): void {
    const dtmf = this.sender()?.dtmf;
    if (dtmf?.canInsertDTMF) {
      dtmf.insertDTMF(dtmf.toneBuffer + key, KEY_MS, PAUSE_MS);
    }
  }

  /** The way to the engine is another one: it must learn where to send what belongs to this line. */
  moved(): void {
    this.session.renegotiate({ useUpdate: true });
  }

  end(): void {
    if (!this.session.isEnded()) {
      this.session.terminate();
    }
  }

  private sender(): RTCRtpSender | undefined {
    return this.session.connection?.getSenders()[0];
  }

  private applyTo(stream: MediaStream): void {
    for (const track of stream.getAudioTracks()) {
      track.enabled = !this.muted && !this.held;
    }
  }

  private watch(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      this.audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      // Refused only where nobody has touched the page yet; its sign-in form was touched.
      this.audio.play().catch(() => undefined);
    });
    connection.addEventListener("connectionstatechange", () => {
      if (connection.connectionState === "failed") {
        this.end(); // nobody hears anybody, whatever the signalling believes
      }
    });
  }
}
