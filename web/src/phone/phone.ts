// What the desk wants of a phone in the browser; phone/jssip.ts is one.

import { type Signal, signal } from "@preact/signals";

/**
 * `ringing` lasts until the phone answered the engine's call, which it does by itself; `lost` means
 * that the way to the engine was there and is not: the phone tries to come back until it is told
 * to disconnect.
 */
export type PhoneStatus = "off" | "connecting" | "registered" | "ringing" | "in_call" | "lost";

/** `denied`: the browser or its reader said no; `missing`: there is none, or it was unplugged. */
export type Microphone = "ok" | "denied" | "missing";

export interface PhoneState {
  status: PhoneStatus;
  muted: boolean; // the other side does not hear us
  held: boolean; // nor do we hear the other side
  microphone: Microphone;
}

/** One line to the engine, kept for the shift. None of the methods throws; a failure is a state. */
export interface Phone {
  readonly state: Signal<PhoneState>;
  /** Asks for the microphone and registers; done when registered, or when that has failed. */
  connect(): Promise<void>;
  /** Ends the line and unregisters; done when it is over. */
  disconnect(): Promise<void>;
  mute(on: boolean): void;
  hold(on: boolean): void;
  /** Sends one key: 0-9, *, #. */
  dtmf(key: string): void;
  /** Takes the engine's call, where it was not taken by itself. */
  answer(): void;
  /** The devices that the sound test chose; an empty id is the system's own. */
  useDevices(microphone: string, speaker: string): void;
  /** What the microphone gives now, for a level meter; null while it is not open. */
  microphoneStream(): MediaStream | null;
}

/** The phone of this browser; null when none is configured, and any SIP phone will do. */
export const browserPhone = signal<Phone | null>(null);

export const phoneOff: PhoneState = {
  status: "off", muted: false, held: false, microphone: "ok",
};

/** What jssip.ts exports: the phone of who is signed in, or null when the site has none. */
export interface PhoneModule {
  makePhone: () => Promise<Phone | null>;
}

// Loaded by agents alone, and not in the first load.
const modules = import.meta.glob<PhoneModule>("./jssip.ts");

/** Fills `browserPhone`; done when it is known whether there is one. */
export async function loadPhone(): Promise<void> {
  const load = modules["./jssip.ts"];
  if (load && browserPhone.value === null) {
    browserPhone.value = await (await load()).makePhone();
  }
}
