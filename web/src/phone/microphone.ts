// The microphone: opened once for the shift, and watched, since people unplug things.

import type { Microphone as Health } from "./phone";

// What a head-set in a loud room wants; browsers without one of these go on without it.
const VOICE: MediaTrackConstraints = {
  echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1,
};

function healthOf(error: unknown): Health {
  const name = error instanceof DOMException ? error.name : "";
  return name === "NotAllowedError" || name === "SecurityError" ? "denied" : "missing";
}

/** Whether the browser or its reader has said no; a browser that does not tell has not. */
async function isDenied(): Promise<boolean> {
  try {
    const asked = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return asked.state === "denied";
  } catch {
    return false;
  }
}

/** One open microphone. `changed` is told when it is lost, and when it or another is there again. */
export class Microphone {
  stream: MediaStream | null = null;
  health: Health = "ok";
  private device = "";
  private wanted = false;

  constructor(private readonly changed: () => void) {
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      if (this.wanted && this.health !== "ok") {
        void this.open().then(changed);
      }
    });
  }

  /** An empty id is the system's own. */
  async use(device: string): Promise<void> {
    if (device === this.device) {
      return;
    }
    this.device = device;
    if (this.wanted) {
      await this.open();
      this.changed();
    }
  }

  async open(): Promise<Health> {
    this.wanted = true;
    const audio = this.device ? { ...VOICE, deviceId: { ideal: this.device } } : VOICE;
    try {
      // Pages that came without TLS have no mediaDevices at all.
      const stream = await navigator.mediaDevices.getUserMedia({ audio });
      this.letGo();
      this.stream = stream;
      this.health = "ok";
      for (const track of stream.getTracks()) {
        track.addEventListener("ended", () => void this.lost(stream));
      }
    } catch (error) {
      this.health = healthOf(error);
    }
    return this.health;
  }

  close(): void {
    this.wanted = false;
    this.letGo();
  }

  private letGo(): void {
    const old = this.stream;
    this.stream = null; // first, so that its end is no loss
    old?.getTracks().forEach((track) => track.stop());
  }

  private async lost(stream: MediaStream): Promise<void> {
    if (stream !== this.stream) {
      return;
    }
    this.stream = null;
    this.health = (await isDenied()) ? "denied" : "missing";
    this.changed();
  }
}
