// Who the call is about: local time first, then what is known, then what was before.

import { useState } from "preact/hooks";

import { Fault, Time } from "../../parts/basics";
import { clock, duration, phone, t, type Key } from "../../text";
import { codes, desk, engineNow, loadPerson, person, personFault } from "./state";
import type { Callback, PastAttempt, Person } from "./types";
import { zonesOf } from "./zones";

/** Fields that every lead has, in the order in which they are read. */
const FIELDS = ["address", "city", "postal_code", "region", "county", "country", "email", "debt",
  "external_id"] as const;
const FIRST_ATTEMPTS = 5;

export function PersonPanel() {
  const at = desk.value;
  const whom = at?.call ?? at?.preview;
  if (!whom) {
    return null;
  }
  const known = person.value;
  return (
    <section class="card person" aria-labelledby="person-title">
      <h1 id="person-title">{known?.fields.name || whom.name || t("desk.noName")}</h1>
      <p class="call-number">{phone(whom.number)}</p>
      {personFault.value !== null
        ? <Fault error={personFault.value} retry={() => void loadPerson()} />
        : known ? <Known person={known} />
        : <p class="quiet" role="status">{t("app.loading")}</p>}
    </section>
  );
}

function Known({ person: known }: { person: Person }) {
  const custom = Object.entries(known.fields)
    .filter(([name, value]) => name.startsWith("custom.") && value !== "");
  const plain = FIELDS.filter((name) => known.fields[name]);
  const others = known.phones.filter((one) => one.number !== known.fields.phone);
  return (
    <>
      <LocalTime zones={zonesOf(known)} />
      <dl class="facts">
        {plain.map((name) => (
          <div key={name}>
            <dt>{t(`desk.field.${name}` as Key)}</dt><dd>{known.fields[name]}</dd>
          </div>
        ))}
        {others.length > 0 && (
          <div><dt>{t("desk.otherPhones")}</dt><dd>{others.map(numberText).join(", ")}</dd></div>
        )}
        {custom.map(([name, value]) => (
          <div key={name}>
            <dt>{name.slice("custom.".length).replaceAll("_", " ")}</dt><dd>{value}</dd>
          </div>
        ))}
      </dl>
      <OpenCallbacks callbacks={known.callbacks} />
      <History attempts={known.attempts} />
    </>
  );
}

const numberText = ({ number, invalid }: Person["phones"][number]) =>
  invalid ? t("desk.phoneInvalid", { number: phone(number) }) : phone(number);

/** The person may be in any of the zones; the law is kept in all of them. */
function LocalTime({ zones: known }: { zones: string[] }) {
  if (known.length === 0) {
    return <p class="warn">{t("desk.zoneUnknown")}</p>;
  }
  const at = engineNow();
  return (
    <p class="local-time">
      <span class="quiet">{t(known.length > 1 ? "desk.localTimes" : "desk.localTime")}</span>{" "}
      {known.map((zone) => (
        <strong key={zone} title={zone}>
          {clock(at, zone)} <span class="quiet">{place(zone)}</span>
        </strong>
      ))}
    </p>
  );
}

const place = (zone: string) => zone.replace(/^.*\//, "").replaceAll("_", " ");

function OpenCallbacks({ callbacks }: { callbacks: Callback[] }) {
  const open = callbacks.filter((one) => one.status === "open");
  return open.length === 0 ? null : (
    <>
      <h2>{t("desk.callbacks")}</h2>
      <ul class="past">
        {open.map((one) => (
          <li key={one.id}>
            <Time at={one.due} seconds={false} /> – {one.agent_name || t("desk.anyAgent")}
            {one.note && <p class="quiet">{one.note}</p>}
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ attempts }: { attempts: PastAttempt[] }) {
  const [all, setAll] = useState(false);
  const current = desk.value?.call?.attempt;
  const past = attempts.filter((one) => one.attempt !== current);
  const shown = all ? past : past.slice(0, FIRST_ATTEMPTS);
  return (
    <>
      <h2>{t("desk.history")}</h2>
      {past.length === 0 && <p class="quiet">{t("desk.historyNone")}</p>}
      <ol class="past">{shown.map((one) => <Past key={one.attempt} attempt={one} />)}</ol>
      {past.length > shown.length && (
        <button type="button" class="plain" onClick={() => setAll(true)}>
          {t("desk.historyAll", { n: past.length })}
        </button>
      )}
    </>
  );
}

function outcomeText({ outcome, treatment }: PastAttempt): string {
  if (outcome === "answered" && treatment !== "bridged") {
    return t(treatment === "abandoned" ? "desk.outcome.abandoned" : "desk.outcome.early");
  }
  return outcome === "" ? t("desk.outcome.open") : t(`desk.outcome.${outcome}` as Key);
}

function Past({ attempt }: { attempt: PastAttempt }) {
  const label = codes.value.find((one) => one.code === attempt.disposition)?.label;
  const more = [label || attempt.disposition, attempt.agent_name,
    attempt.talk_s === null ? "" : duration(attempt.talk_s)].filter(Boolean);
  const other = [attempt.campaign === desk.value?.campaign ? "" : attempt.campaign,
    attempt.same_lead ? "" : t("desk.historyOther", { number: phone(attempt.number) })]
    .filter(Boolean).join(", ");
  return (
    <li>
      <Time at={attempt.at} seconds={false} /> – {outcomeText(attempt)}
      {more.length > 0 && <>: {more.join(", ")}</>}
      {other !== "" && <> <span class="quiet">({other})</span></>}
      {attempt.note && <p class="quiet">{attempt.note}</p>}
    </li>
  );
}
