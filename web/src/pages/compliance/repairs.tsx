// The repair queue: what call records lack, and giving it to one of them or to all of a campaign.

import { useId, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Dialog, Fault, Field, Link, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { t } from "../../text";
import { Mark, mayAct, usePages } from "./parts";
import { CampaignChoice } from "./period";
import type { Repair } from "./types";

export function Repairs() {
  const [campaign, setCampaign] = useState("");
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<Repair | null>(null);
  const box = useId();
  const { value, error, again } = useLoad(() => get<{ repairs: Repair[] }>("/api/records/repairs",
    { campaign, all: all || undefined }), [campaign, all]);
  const rows = value?.repairs ?? [];
  const open = rows.filter((repair) => repair.repaired_at === null).length;
  const { shown, pager } = usePages(rows);
  return (
    <section class="card titled">
      <h2>{t("office.repairs")}</h2>
      <p class="hint">{t("office.repairsHint")}</p>
      <div class="fields">
        <CampaignChoice value={campaign} onChange={setCampaign} />
        <div class="row">
          <input id={box} type="checkbox" checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)} />
          <label for={box}>{t("office.repairedToo")}</label>
        </div>
      </div>
      {error !== null && <Fault error={error} retry={again} />}
      <p role="status">
        {value && (open === 0 ? <Mark kind="good">{t("office.noRepairs")}</Mark>
          : <Mark kind="bad">{t("office.openRepairs", { n: open })}</Mark>)}
      </p>
      {rows.length > 0 && <RepairTable rows={shown} onChoose={setChosen} />}
      {pager}
      {chosen && <RepairDialog repair={chosen} onClose={() => setChosen(null)} onDone={again} />}
    </section>
  );
}

function RepairTable(props: { rows: Repair[]; onChoose: (repair: Repair) => void }) {
  return (
    <Table caption={t("office.repairs")} rows={props.rows}
      keyOf={(repair) => `${repair.attempt} ${repair.field}`}
      columns={[
        { name: "attempt", title: t("office.call"), by: (repair) => repair.attempt,
          cell: (repair) => (
            <Link to={`/compliance/calls/${repair.attempt}`}>{repair.attempt}</Link>
          ) },
        { name: "campaign", title: t("office.campaign"), by: (repair) => repair.campaign,
          cell: (repair) => repair.campaign },
        { name: "field", title: t("office.field"), by: (repair) => repair.field,
          cell: (repair) => repair.field },
        { name: "text", title: t("office.whatLacks"), cell: (repair) => repair.text },
        { name: "found", title: t("office.foundAt"), by: (repair) => repair.found_at,
          cell: (repair) => <Time at={repair.found_at} seconds={false} /> },
        { name: "state", title: t("office.status"), by: (repair) => repair.repaired_at,
          cell: (repair) => (repair.repaired_at
            ? <><Mark kind="good">{repair.value}</Mark><br /><span class="quiet">
                {repair.by}, <Time at={repair.repaired_at} seconds={false} /> {repair.note}
              </span></>
            : mayAct() ? <button type="button" onClick={() => props.onChoose(repair)}>
                {t("office.repair")}</button>
            : t("office.open")) },
      ]} />
  );
}

function RepairDialog(props: { repair: Repair; onClose: () => void; onDone: () => void }) {
  const { repair } = props;
  const [value, setValue] = useState("");
  const [note, setNote] = useState("");
  const [whom, setWhom] = useState<"one" | "all">("one");
  const run = async () => {
    await post("/api/records/repair", { field: repair.field, value: value.trim(), note: note.trim(),
      ...(whom === "one" ? { attempt: repair.attempt } : { campaign: repair.campaign }) });
    props.onDone();
    props.onClose();
  };
  return (
    <Dialog title={t("office.repairOf", { field: repair.field })} onClose={props.onClose}>
      <p>{repair.text}</p>
      <Field label={t("office.value")} value={value} onInput={setValue} required
        maxLength={1000} />
      <Field label={t("office.noteOf")} value={note} onInput={setNote} maxLength={1000}
        hint={t("office.noteHint")} />
      <Choice<"one" | "all"> label={t("office.repairWhom")} value={whom} onChange={setWhom}
        options={[["one", t("office.repairOne", { attempt: repair.attempt })],
          ["all", t("office.repairAll", { campaign: repair.campaign })]]} />
      <p class="hint">{t("office.repairEffect")}</p>
      <div class="row">
        <Action class="main" run={run} disabled={value.trim() === ""}>
          {t("office.repair")}
        </Action>
      </div>
    </Dialog>
  );
}
