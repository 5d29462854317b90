// A call that the person asks for: a day and a time of his own, inside the hours of the law.

import { useEffect, useId, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Dialog, Fault, useLoad } from "../../parts/basics";
import { instant, t } from "../../text";
import { Calendar } from "./calendar";
import { shutDialog } from "./keys";
import { person } from "./state";
import type { Callback, LegalHours } from "./types";
import { type Day, dayOf, instantOf, isoDay, minutesIn, minutesOf, plusDays, sameDay,
  timeText, zonesOf } from "./zones";

const DAYS = 35;
/** The usual answers to "when does it suit you?"; minutes of the day. */
const STEP_MIN = 30;

export interface Window {
  from: number; // minutes of the day
  until: number;
}

/** The parts of a day that are legal, as the zone's clock shows them. */
export function windowsOf(hours: LegalHours, zone: string, day: Day): Window[] {
  const begin = instantOf(zone, day, 0).getTime();
  const end = instantOf(zone, plusDays(day, 1), 0).getTime();
  return hours.open.flatMap(({ from, until }) => {
    const first = Math.max(begin, Date.parse(from));
    const last = Math.min(end, Date.parse(until));
    return first < last ? [{
      from: minutesOf(zone, new Date(first)),
      until: last === end ? 24 * 60 : minutesOf(zone, new Date(last)),
    }] : [];
  });
}

/** "08:00–12:00, 13:00–21:00" */
export const hoursText = (windows: Window[]) =>
  windows.map((one) => `${timeText(one.from)}–${timeText(one.until)}`).join(", ");

export function CallbackDialog(props: { onClose: () => void; onAgreed: (text: string) => void }) {
  const zones = zonesOf(person.value);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [zone, setZone] = useState(zones[0] ?? own);
  // The first page begins with the engine's today, which it says.
  const [from, setFrom] = useState<Day | null>(null);
  const { value: hours, error, again } = useLoad(() => get<LegalHours>("/api/agent/callback-hours",
    { from: from ? instantOf(zone, from, 0).toISOString() : undefined, days: DAYS }),
  [from && isoDay(from), zone]);
  return (
    <Dialog title={t("desk.callbackTitle", { name: person.value?.fields.name ?? "" })}
      onClose={props.onClose}>
      {zones.length > 1 && (
        <>
          <Choice label={t("desk.callbackZone")} value={zone} onChange={setZone}
            options={zones.map((one) => [one, one.replaceAll("_", " ")] as const)} />
          <p class="hint">{t("desk.callbackZones")}</p>
        </>
      )}
      {error !== null && <Fault error={error} retry={again} />}
      {hours ? <Agree hours={hours} zone={zone} from={from} setFrom={setFrom} {...props} />
        : error === null && <p role="status" class="quiet">{t("app.loading")}</p>}
    </Dialog>
  );
}

interface AgreeProps {
  hours: LegalHours;
  zone: string;
  from: Day | null; // null: today
  setFrom: (day: Day | null) => void;
  onAgreed: (text: string) => void;
}

function Agree({ hours, zone, from, setFrom, onAgreed }: AgreeProps) {
  const [today] = useState(() => dayOf(zone, hours.from));
  const first = from ?? today;
  const turn = (by: number) => {
    const next = plusDays(first, by * DAYS);
    setFrom(isoDay(next) > isoDay(today) ? next : null);
  };
  const days = Array.from({ length: DAYS }, (_, index) => plusDays(first, index));
  const [day, setDay] = useState<Day | null>(null);
  const [time, setTime] = useState("");
  const [mine, setMine] = useState<"own" | "any">("own");
  const [text, setText] = useState("");
  const windows = day ? windowsOf(hours, zone, day) : [];
  const minutes = minutesIn(time);
  const legal = windows.some((one) => one.from <= minutes && minutes < one.until);
  useEffect(() => {
    // The first open day, so that most calls need one choice less.
    setDay((before) => before && days.some((one) => sameDay(one, before)) ? before
      : days.find((one) => windowsOf(hours, zone, one).length > 0) ?? null);
  }, [hours]);
  const agree = async () => {
    if (!day) {
      return;
    }
    const made = await post<Callback>("/api/agent/callback", {
      at: instantOf(zone, day, minutes).toISOString(), own: mine === "own", note: text.trim(),
    });
    onAgreed(`${t("desk.callbackAgreed")} ${instant(made.due, zone, false)}`);
    shutDialog();
  };
  return (
    <>
      <Calendar days={days} zone={zone} hours={hours} chosen={day} choose={setDay}
        page={turn} first={from === null} />
      <Times day={day} windows={windows} time={time} setTime={setTime} legal={legal} />
      {day && legal && (
        <p role="status">
          {t("desk.callbackAt", { theirs: instant(instantOf(zone, day, minutes), zone, false),
            ours: instant(instantOf(zone, day, minutes), undefined, false) })}
        </p>
      )}
      <Choice label={t("desk.callbackWho")} value={mine} onChange={setMine}
        options={[["own", t("desk.callbackOwn")], ["any", t("desk.callbackAny")]]} />
      <NoteField text={text} setText={setText} />
      <p><Action class="main" disabled={!legal} run={agree}>{t("desk.callbackAgree")}</Action></p>
    </>
  );
}

function NoteField(props: { text: string; setText: (text: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("desk.callbackNote")}</label>
      <textarea id={id} rows={2} maxLength={600} value={props.text}
        onInput={(event) => props.setText(event.currentTarget.value)} />
    </div>
  );
}

function Times(props: { day: Day | null; windows: Window[]; time: string;
  setTime: (time: string) => void; legal: boolean }) {
  const id = useId();
  const { windows, time } = props;
  const steps = windows.flatMap(({ from, until }) => {
    const begin = Math.ceil(from / STEP_MIN) * STEP_MIN;
    const count = Math.max(0, Math.ceil((until - begin) / STEP_MIN));
    return Array.from({ length: count }, (_, index) => timeText(begin + index * STEP_MIN));
  });
  return (
    <div class="field">
      <label for={id}>{t("desk.callbackTime")}</label>
      <input id={id} type="time" list={`${id}-list`} value={time} disabled={windows.length === 0}
        aria-invalid={time !== "" && !props.legal ? true : undefined}
        aria-describedby={`${id}-more`}
        onInput={(event) => props.setTime(event.currentTarget.value)} />
      <datalist id={`${id}-list`}>{steps.map((one) => <option key={one} value={one} />)}</datalist>
      <p id={`${id}-more`} class={time !== "" && !props.legal ? "fault" : "hint"}>
        {windows.length === 0 ? t("desk.callbackClosed")
          : t("desk.callbackHours", { hours: hoursText(windows) })}
      </p>
    </div>
  );
}
