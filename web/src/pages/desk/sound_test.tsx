// Can the agent hear, and be heard? A tone out and the microphone's level, in the browser alone.

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Choice } from "../../parts/basics";
import { browserPhone } from "../../phone/phone";
import { t } from "../../text";

const TONE_HZ = 440;
const TONE_S = 1.2;
const TONE_GAIN = 0.2;
/** Root mean square of speech at a headset lies well above, of a silent room well below. */
const HEARD_MIN = 0.02;
/** Speech at a good level fills the meter. */
const FULL = 0.25;

const KEPT = { audioinput: "desk.microphone", audiooutput: "desk.speaker" } as const;
type Kind = keyof typeof KEPT;

type Output = AudioContext & { setSinkId?: (id: string) => Promise<void> };

async function playTone(speaker: string): Promise<void> {
  const context: Output = new AudioContext();
  await context.setSinkId?.(speaker).catch(() => undefined);
  const gain = context.createGain();
  const end = context.currentTime + TONE_S;
  // A tone that starts and ends at once clicks.
  gain.gain.setValueAtTime(0, context.currentTime);
  gain.gain.linearRampToValueAtTime(TONE_GAIN, context.currentTime + 0.05);
  gain.gain.setValueAtTime(TONE_GAIN, end - 0.05);
  gain.gain.linearRampToValueAtTime(0, end);
  const tone = context.createOscillator();
  tone.frequency.value = TONE_HZ;
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(end);
  await new Promise((resolve) => { tone.onended = resolve; });
  await context.close();
}

/** Calls `level` some times a second until the returned function is called. */
function listenTo(stream: MediaStream, level: (rms: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
    stream.getTracks().forEach((track) => track.stop());
  };
}

type Heard = "off" | "listening" | "heard" | "denied" | "missing";

function useMicrophone(device: string) {
  const [heard, setHeard] = useState<Heard>("off");
  const [level, setLevel] = useState(0);
  const stop = useRef<(() => void) | null>(null);
  const end = () => {
    stop.current?.();
    stop.current = null;
    setLevel(0);
  };
  const begin = async () => {
    end();
    if (!navigator.mediaDevices) {
      setHeard("missing");
      return;
    }
    try {
      const audio = device ? { deviceId: { exact: device } } : true;
      const stream = await navigator.mediaDevices.getUserMedia({ audio });
      setHeard("listening");
      stop.current = listenTo(stream, (rms) => {
        setLevel(Math.min(1, rms / FULL));
        if (rms > HEARD_MIN) {
          setHeard("heard");
        }
      });
    } catch (error) {
      const denied = error instanceof DOMException && error.name === "NotAllowedError";
      setHeard(denied ? "denied" : "missing");
    }
  };
  useEffect(() => end, []);
  return { heard, level, begin, end: () => { end(); setHeard("off"); } };
}

/** The devices of a kind; their names are told once the microphone was allowed. */
function useDevices(kind: Kind, again: unknown) {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [device, setDevice] = useState(localStorage.getItem(KEPT[kind]) ?? "");
  useEffect(() => {
    const look = () => void navigator.mediaDevices?.enumerateDevices().then((all) =>
      setDevices(all.filter((one) => one.kind === kind && one.deviceId !== "")));
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, [kind, again]);
  const choose = (id: string) => {
    localStorage.setItem(KEPT[kind], id);
    setDevice(id);
  };
  return { devices, device, choose };
}

function Devices(props: { label: string; of: ReturnType<typeof useDevices> }) {
  const { devices, device, choose } = props.of;
  return devices.length > 1 ? (
    <Choice label={props.label} value={device} onChange={choose}
      options={[["", t("desk.sound.system")] as const,
        ...devices.map((one) => [one.deviceId, one.label || one.deviceId.slice(0, 8)] as const)]} />
  ) : null;
}

export function SoundTest() {
  const [playing, setPlaying] = useState(false);
  const speaker = useDevices("audiooutput", null);
  const [kept, setKept] = useState(localStorage.getItem(KEPT.audioinput) ?? "");
  const { heard, level, begin, end } = useMicrophone(kept);
  const microphone = useDevices("audioinput", heard);
  const meter = useId();
  useEffect(() => {
    setKept(microphone.device);
    browserPhone.value?.useDevices(microphone.device, speaker.device);
  }, [microphone.device, speaker.device]);
  const play = async () => {
    setPlaying(true);
    await playTone(speaker.device).catch(() => undefined);
    setPlaying(false);
  };
  return (
    <>
      <p>{t("desk.sound.hint")}</p>
      <Devices label={t("desk.sound.speaker")} of={speaker} />
      <Devices label={t("desk.sound.microphone")} of={microphone} />
      <div class="row">
        <button type="button" onClick={() => void play()} disabled={playing} aria-busy={playing}>
          {t("desk.sound.play")}
        </button>
        {heard === "listening" || heard === "heard"
          ? <button type="button" onClick={end}>{t("desk.sound.stop")}</button>
          : <button type="button" onClick={() => void begin()}>{t("desk.sound.listen")}</button>}
      </div>
      <div class="level">
        <label for={meter}>{t("desk.sound.level")}</label>
        <meter id={meter} min={0} max={1} low={0.08} high={0.95} optimum={0.5} value={level} />
      </div>
      <p role="status" class={heard === "denied" || heard === "missing" ? "fault" : "quiet"}>
        {t(`desk.sound.${heard}`)}
      </p>
    </>
  );
}
