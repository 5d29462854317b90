// What a page hears and says, measured in the page: tones by Web Audio, levels and losses by the
// connection's own statistics. `listenIn(page)` comes before the page is opened.

/** Runs in the page before its own scripts. */
function install() {
  const ears = { connections: [], analyser: null };
  window.ears = ears;
  if (!navigator.mediaDevices) {
    return; // the empty page before the first
  }
  // Whatever cleans a voice takes a steady tone away.
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wanted) => ask(wanted.audio ? { ...wanted, audio: {
    echoCancellation: false, noiseSuppression: false, autoGainControl: false } } : wanted);
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      ears.connections.push(this);
      this.addEventListener("track", (event) => {
        const context = new AudioContext({ sampleRate: 16000 });
        const source = context.createMediaStreamSource(new MediaStream([event.track]));
        ears.analyser = context.createAnalyser();
        ears.analyser.fftSize = 8192; // 2 Hz
        ears.analyser.smoothingTimeConstant = 0;
        source.connect(ears.analyser);
      });
    }
  };
  ears.loudest = (from, to) => {
    const { analyser } = ears;
    if (!analyser) {
      return null;
    }
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const width = analyser.context.sampleRate / analyser.fftSize;
    let best = Math.ceil(from / width);
    for (let bin = best; bin * width <= to; ++bin) {
      best = levels[bin] > levels[best] ? bin : best;
    }
    return { hz: best * width, db: levels[best] };
  };
  ears.stats = async () => {
    const connection = ears.connections.at(-1);
    const found = { state: connection?.connectionState };
    for (const one of (await connection?.getStats())?.values() ?? []) {
      if (one.type === "media-source") {
        found.level = one.audioLevel;
      } else if (one.type === "inbound-rtp") {
        found.received = one.packetsReceived;
        found.lost = one.packetsLost;
        found.jitter_ms = one.jitter * 1000;
      } else if (one.type === "outbound-rtp") {
        found.sent = one.packetsSent;
      } else if (one.type === "codec") {
        found.codec = one.mimeType;
      }
    }
    return found;
  };
}

export const listenIn = (page) => page.addInitScript(install);

/** Of the band in which customers have their tones: frequency and level in dB of full scale. */
export const customerTone = (page) => page.evaluate(() => window.ears.loudest(2090, 3370));

/** Packets, codec, level of the microphone as it is sent, and the connection's state. */
export const lineStats = (page) => page.evaluate(() => window.ears.stats());
