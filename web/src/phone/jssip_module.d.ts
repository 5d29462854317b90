// What we use of JsSIP (tsconfig.json names this file for it). Its own types ask for those of
// packages that a browser never sees.

interface Emitter {
  on(event: string, heard: (event: never) => void): this;
}

/** One call. */
export interface Session extends Emitter {
  readonly connection: RTCPeerConnection | null;
  isEnded(): boolean;
  isEstablished(): boolean;
  answer(options: { mediaStream: MediaStream; pcConfig: RTCConfiguration }): void;
  terminate(): void;
  renegotiate(options: { useUpdate: boolean }): boolean;
}

/** One address that is registered. */
export interface Agent extends Emitter {
  start(): void;
  stop(): void;
  register(): void;
  isRegistered(): boolean;
  set(name: "authorization_user" | "password", value: string): boolean;
}

declare const jssip: {
  UA: new (options: object) => Agent;
  WebSocketInterface: new (url: string) => object;
};
export default jssip;
