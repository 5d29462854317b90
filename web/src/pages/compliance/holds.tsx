// Litigation holds: what must not be dropped, whatever its age.

import { useId, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Dialog, Fault, Field, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { phone, t } from "../../text";
import { Mark, mayAct } from "./parts";
import { CampaignChoice } from "./period";
import type { Hold } from "./types";

type Scope = "number" | "campaign" | "all";

export function Holds() {
  const [all, setAll] = useState(false);
  const [adding, setAdding] = useState(false);
  const [releasing, setReleasing] = useState<Hold | null>(null);
  const box = useId();
  const { value, error, again } = useLoad(
    () => get<{ holds: Hold[] }>("/api/holds", { all: all || undefined }), [all]);
  return (
    <section class="card titled">
      <h2>{t("office.holds")}</h2>
      <p class="hint">{t("office.holdsHint")}</p>
      <div class="row">
        {mayAct() && (
          <button type="button" onClick={() => setAdding(true)}>{t("office.addHold")}</button>
        )}
        <input id={box} type="checkbox" checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)} />
        <label for={box}>{t("office.releasedToo")}</label>
      </div>
      {error !== null && <Fault error={error} retry={again} />}
      <HoldTable holds={value?.holds ?? []} onRelease={setReleasing}
        none={value ? t("office.noHolds") : t("app.loading")} />
      {adding && <AddHold onClose={() => setAdding(false)} onDone={again} />}
      {releasing && (
        <Release hold={releasing} onClose={() => setReleasing(null)} onDone={again} />
      )}
    </section>
  );
}

function whatOf(hold: Hold): string {
  return hold.number ? phone(hold.number) : hold.campaign ?? t("office.everything");
}

function HoldTable(props: { holds: Hold[]; none: string; onRelease: (hold: Hold) => void }) {
  return (
    <Table caption={t("office.holds")} rows={props.holds} keyOf={(hold) => hold.id}
      none={props.none}
      columns={[
        { name: "what", title: t("office.held"), by: whatOf, cell: whatOf },
        { name: "why", title: t("office.why"), by: (hold) => hold.why,
          cell: (hold) => hold.why },
        { name: "by", title: t("office.by"), by: (hold) => hold.by, cell: (hold) => hold.by },
        { name: "at", title: t("office.at"), by: (hold) => hold.at,
          cell: (hold) => <Time at={hold.at} seconds={false} /> },
        { name: "state", title: t("office.status"), by: (hold) => hold.released_at,
          cell: (hold) => (hold.released_at
            ? <>{t("office.released")} <Time at={hold.released_at} seconds={false} />,{" "}
                {hold.released_by}: {hold.released_why}</>
            : <><Mark kind="warn">{t("office.inForce")}</Mark>{" "}
                {mayAct() && <button type="button" onClick={() => props.onRelease(hold)}>
                  {t("office.release")}</button>}</>) },
      ]} />
  );
}

function AddHold(props: { onClose: () => void; onDone: () => void }) {
  const [scope, setScope] = useState<Scope>("number");
  const [number, setNumber] = useState("");
  const [campaign, setCampaign] = useState("");
  const [why, setWhy] = useState("");
  const lacks = why.trim() === "" || (scope === "number" && number.trim() === "") ||
    (scope === "campaign" && campaign === "");
  const run = async () => {
    await post("/api/holds", { why: why.trim(),
      ...(scope === "number" ? { number: number.trim() } : {}),
      ...(scope === "campaign" ? { campaign } : {}) });
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog title={t("office.addHold")} onClose={props.onClose}>
      <Choice<Scope> label={t("office.holdScope")} value={scope} onChange={setScope}
        options={[["number", t("office.number")], ["campaign", t("office.campaign")],
          ["all", t("office.everything")]]} />
      {scope === "number" && (
        <Field label={t("office.number")} value={number} onInput={setNumber} type="tel"
          required />
      )}
      {scope === "campaign" && (
        <CampaignChoice value={campaign} onChange={setCampaign} all={t("office.choose")} />
      )}
      <Field label={t("office.why")} value={why} onInput={setWhy} required maxLength={1000}
        hint={t("office.whyHint")} />
      <p class="hint">{t("office.holdEffect")}</p>
      <div class="row">
        <Action class="main" run={run} disabled={lacks}>{t("office.addHold")}</Action>
      </div>
    </Dialog>
  );
}

function Release(props: { hold: Hold; onClose: () => void; onDone: () => void }) {
  const [why, setWhy] = useState("");
  const run = async () => {
    await post(`/api/holds/${props.hold.id}/release`, { why: why.trim() });
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog title={t("office.releaseOf", { what: whatOf(props.hold) })} onClose={props.onClose}>
      <p>{t("office.releaseEffect")}</p>
      <Field label={t("office.why")} value={why} onInput={setWhy} required maxLength={1000} />
      <div class="row">
        <Action class="main" run={run} disabled={why.trim() === ""}>
          {t("office.release")}
        </Action>
      </div>
    </Dialog>
  );
}
