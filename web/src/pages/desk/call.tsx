// The call at hand: who, since when, and what can be done with the line.

import { useEffect, useRef, useState } from "preact/hooks";

import { post } from "../../api";
import type { Phone } from "../../phone/phone";
import { duration, phone as written, t } from "../../text";
import { Key, KeyButton, useShortcut } from "./keys";
import { ownPhone } from "./line";
import { OptOut } from "./opt_out";
import { desk, done, since } from "./state";
import type { DeskCall } from "./types";

export function Call() {
  const at = desk.value;
  const call = at?.call;
  if (!at || !call) {
    return null;
  }
  return (
    <section class="card call" aria-labelledby="call-title">
      <h2 id="call-title">{t(at.state === "reserved" ? "desk.callComing" : "desk.call")}</h2>
      <p class="call-number">{written(call.number)}</p>
      <Progress call={call} />
      {/* Transfer and recording get their buttons in this row. */}
      <div class="row">
        {at.state !== "wrap_up" && (
          <KeyButton of="h" class="stop" label={t("desk.hangUp")}
            run={() => post("/api/agent/hang-up")} />
        )}
        <OptOut number={call.number} />
      </div>
      {at.state === "talking" && <PhoneButtons />}
      <div role="status">{done.value.map((text) => <p key={text} class="good">✓ {text}</p>)}</div>
    </section>
  );
}

/** How far the call is; said once to those who do not see it, while the seconds only count. */
function Progress({ call }: { call: DeskCall }) {
  const over = desk.value?.state === "wrap_up";
  const [key, from] = over ? ["desk.callOver", null] as const
    : call.bridged_at ? ["desk.talkingFor", call.bridged_at] as const
    : call.answered_at ? ["desk.answeredFor", call.answered_at] as const
    : ["desk.ringing", null] as const;
  return (
    <p>
      <span role="status">{t(key)}</span>{" "}
      {from && <span class="number">{duration(since(from))}</span>}
    </p>
  );
}

/** What only a phone in this browser can do; other phones have keys of their own. */
function PhoneButtons() {
  const phone = ownPhone();
  const [keypad, setKeypad] = useState(false);
  if (!phone) {
    return null;
  }
  const { muted, held } = phone.state.value;
  return (
    <>
      <div class="row">
        <KeyButton of="m" label={t(muted ? "desk.unmute" : "desk.mute")} pressed={muted}
          run={() => phone.mute(!muted)} />
        <KeyButton of="o" label={t(held ? "desk.unhold" : "desk.hold")} pressed={held}
          run={() => phone.hold(!held)} />
        <KeypadButton open={keypad} toggle={() => setKeypad(!keypad)} />
      </div>
      <p class="warn" role="status">
        {held ? t("desk.isHeld") : muted ? t("desk.isMuted") : ""}
      </p>
      {keypad && <Keypad phone={phone} />}
    </>
  );
}

function KeypadButton(props: { open: boolean; toggle: () => void }) {
  useShortcut("k", t("desk.keypad"), props.toggle);
  return (
    <button type="button" aria-expanded={props.open} aria-controls="keypad" aria-keyshortcuts="K"
      onClick={props.toggle}>{t("desk.keypad")} <Key of="k" /></button>
  );
}

const TONES = [..."123456789*0#"];

function Keypad({ phone }: { phone: Phone }) {
  const [sent, setSent] = useState("");
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const send = (tone: string) => {
    phone.dtmf(tone);
    setSent((before) => (before + tone).slice(-24));
  };
  // Inside the keypad a digit is a tone, and not a disposition.
  const byKey = (event: KeyboardEvent) => {
    if (TONES.includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      send(event.key);
    }
  };
  return (
    <div id="keypad" class="keypad" role="group" aria-label={t("desk.keypadHint")}
      onKeyDown={byKey}>
      {TONES.map((tone, index) => (
        <button key={tone} type="button" onClick={() => send(tone)}
          ref={index === 0 ? first : undefined}>{tone}</button>
      ))}
      <output class="number">{sent}</output>
    </div>
  );
}
