// Everything that is known about one number: for whoever asks why it was called, or was not.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Fault, Field, Link, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { go } from "../../route";
import { number, phone, t } from "../../text";
import { ConsentFacts } from "./decision";
import "./office.css";
import { CompliancePage, Confirmed, keep, Mark, toNumber, usePages, word } from "./parts";
import type { Dossier } from "./types";

export default function NumberDossier({ parts }: { parts: Record<string, string> }) {
  const wanted = parts.number ?? "";
  const [typed, setTyped] = useState(wanted);
  const submit = (event: Event) => {
    event.preventDefault();
    go(toNumber(typed));
  };
  return (
    <CompliancePage title={t("office.numbers")}>
      <form class="card" role="search" onSubmit={submit}>
        <Field label={t("office.number")} value={typed} onInput={setTyped} type="tel"
          hint={t("office.numberHint")} required />
        <button type="submit" class="main">{t("office.show")}</button>
      </form>
      {wanted === "" ? <p class="quiet">{t("office.numbersHint")}</p>
        : <Shown key={wanted} wanted={wanted} />}
    </CompliancePage>
  );
}

function Shown({ wanted }: { wanted: string }) {
  const { value, error, again } = useLoad(
    () => get<Dossier>(`/api/numbers/${encodeURIComponent(wanted)}/dossier`), [wanted]);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  if (!value) {
    return <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const listed = value.lists.filter((list) => list.listed);
  const save = () => keep(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }),
    `dossier${value.number}.json`);
  return (
    <>
      <section class="card" aria-label={phone(value.number)}>
        <h2>{phone(value.number)}</h2>
        <p class="quiet">{t("office.madeAt")} <Time at={value.made_at} /></p>
        <p>
          {listed.length === 0 ? <Mark kind="good">{t("office.onNoList")}</Mark>
            : <Mark kind="bad">
                {t("office.onLists", { lists: listed.map(({ list }) => list).join(", ") })}
              </Mark>}
        </p>
        <div class="row">
          <button type="button" onClick={save}>{t("office.keepDossier")}</button>
          <Confirmed button={t("office.optOut")} title={t("office.optOut")}
            effect={t("office.optOutEffect", { number: phone(value.number) })}
            yes={t("office.optOutYes")}
            run={() => post("/api/opt-outs", { number: value.number }).then(again)} />
        </div>
      </section>
      <Sections dossier={value} />
    </>
  );
}

function Sections({ dossier }: { dossier: Dossier }) {
  return (
    <>
      <Section title={t("office.attempts")} rows={[...dossier.attempts].reverse()}
        keyOf={(row) => row.attempt} columns={attemptColumns()} />
      <Section title={t("office.refusals")} rows={[...dossier.refusals].reverse()}
        keyOf={(row) => row.id} columns={refusalColumns()} />
      <Section title={t("office.optOutsOf")} rows={dossier.opt_outs}
        keyOf={(row) => row.change} columns={optOutColumns()} />
      <Section title={t("office.lists")} rows={dossier.lists} keyOf={(row) => row.list}
        columns={listColumns()} />
      <section class="card">
        <h2>{heading(t("office.consents"), dossier.consents.length)}</h2>
        {dossier.consents.length === 0 && <p class="quiet">{t("table.none")}</p>}
        {dossier.consents.map((consent) => <ConsentFacts key={consent.id} consent={consent} />)}
      </section>
      <Section title={t("office.revocations")} rows={dossier.revocations}
        keyOf={(row) => row.id} columns={revocationColumns()} />
      <Section title={t("office.relationships")} rows={dossier.relationships}
        keyOf={(row) => row.id} columns={relationshipColumns()} />
      <Section title={t("office.reassigned")} rows={dossier.reassigned}
        keyOf={(row) => `${row.queried_at} ${row.asked_for}`} columns={reassignedColumns()} />
      <Section title={t("office.leads")} rows={dossier.leads} keyOf={(row) => row.lead}
        columns={leadColumns()} />
    </>
  );
}

const heading = (title: string, count: number) => `${title} (${number(count)})`;

function Section<Row>(props: { title: string; rows: Row[]; columns: ColumnOf<Row>[];
  keyOf: (row: Row) => string | number }) {
  const { shown, pager } = usePages(props.rows);
  return (
    <section class="card titled">
      <h2>{heading(props.title, props.rows.length)}</h2>
      <Table caption={props.title} columns={props.columns} rows={shown} keyOf={props.keyOf} />
      {pager}
    </section>
  );
}

/** A column that is shown as it is and sorted by itself. */
function plain<Row>(name: string, title: string, of: (row: Row) => string | null): ColumnOf<Row> {
  return { name, title, by: of, cell: (row) => of(row) || "–" };
}

function time<Row>(name: string, title: string, of: (row: Row) => string | null): ColumnOf<Row> {
  return { name, title, by: of, cell: (row): ComponentChildren => {
    const at = of(row);
    return at ? <Time at={at} /> : "–";
  } };
}

const toCall = (attempt: string | null, text?: ComponentChildren) => (attempt
  ? <Link to={`/compliance/calls/${attempt}`}>{text ?? t("office.call")}</Link> : "–");

function attemptColumns(): ColumnOf<Dossier["attempts"][number]>[] {
  return [
    { name: "at", title: t("office.at"), by: (row) => row.at,
      cell: (row) => toCall(row.attempt, <Time at={row.at} />) },
    plain("campaign", t("office.campaign"), (row) => row.campaign),
    plain("seller", t("office.seller"), (row) => row.seller),
    plain("result", t("office.result"), (row) => word("outcome", row.result
      ? row.result.treatment !== "none" ? row.result.treatment : row.result.outcome : "open")),
    plain("agent", t("office.agent"), (row) => row.result?.agent ?? null),
    plain("disposition", t("office.disposition"), (row) => row.dispositions
      .map(({ code, note }) => (note ? `${code}: ${note}` : code)).join("; ")),
    plain("caller_id", t("office.callerId"), (row) => phone(row.caller_id)),
  ];
}

function refusalColumns(): ColumnOf<Dossier["refusals"][number]>[] {
  return [
    time("at", t("office.at"), (row) => row.at),
    plain("campaign", t("office.campaign"), (row) => row.campaign),
    plain("verdict", t("office.verdict"), (row) => word("verdict", row.verdict)),
    time("until", t("office.until"), (row) => row.until),
    { name: "reasons", title: t("office.reasons"), cell: (row) => (
      <ul>{row.reasons.map((reason) => (
        <li key={reason.rule + reason.detail}>{reason.detail}{" "}
          <span class="quiet">{reason.rule}, {reason.cite}</span></li>
      ))}</ul>
    ) },
  ];
}

function optOutColumns(): ColumnOf<Dossier["opt_outs"][number]>[] {
  return [
    time("at", t("office.at"), (row) => row.at),
    plain("list", t("office.list"), (row) => row.list),
    plain("seller", t("office.seller"), (row) => row.seller || t("office.allSellers")),
    plain("listed", t("office.change"),
      (row) => (row.listed ? t("office.putOn") : t("office.takenOff"))),
    plain("source", t("office.source"), (row) => word("source", row.source)),
    plain("by", t("office.by"), (row) => row.by),
    { name: "attempt", title: t("office.call"), cell: (row) => toCall(row.attempt) },
  ];
}

function listColumns(): ColumnOf<Dossier["lists"][number]>[] {
  return [
    plain("list", t("office.list"), (row) => row.list),
    plain("kind", t("office.kind"), (row) => word("listKind", row.kind)),
    { name: "listed", title: t("office.onIt"), by: (row) => (row.listed ? 0 : 1),
      cell: (row) => (row.listed ? <Mark kind="bad">{t("office.yes")}</Mark>
        : t("office.no")) },
    plain("as_of", t("office.asOf"), (row) => row.as_of),
    { name: "events", title: t("office.onAndOff"), cell: (row) => (
      <ul>{row.events.map((event) => (
        <li key={event.at}>
          {event.listed ? t("office.putOn") : t("office.takenOff")} <Time at={event.at} />
          {" "}{word("source", event.source)}
        </li>
      ))}</ul>
    ) },
  ];
}

function revocationColumns(): ColumnOf<Dossier["revocations"][number]>[] {
  return [
    time("at", t("office.at"), (row) => row.at),
    plain("means", t("office.means"), (row) => row.means),
    plain("scope", t("office.scope"),
      (row) => [word("scope", row.scope), row.seller, row.subject].filter(Boolean).join(", ")),
    plain("deadline", t("office.deadline"), (row) => row.legal_deadline),
    time("recorded", t("office.recorded"), (row) => row.recorded_at),
    plain("by", t("office.by"), (row) => row.recorded_by),
    { name: "attempt", title: t("office.call"), cell: (row) => toCall(row.attempt) },
  ];
}

function relationshipColumns(): ColumnOf<Dossier["relationships"][number]>[] {
  return [
    time("at", t("office.at"), (row) => row.at),
    plain("kind", t("office.kind"), (row) => word("relationship", row.kind)),
    plain("seller", t("office.seller"), (row) => row.seller),
    { name: "proof", title: t("office.proofOf"),
      cell: (row) => <span class="code">{JSON.stringify(row.proof)}</span> },
    plain("by", t("office.by"), (row) => row.recorded_by),
  ];
}

function reassignedColumns(): ColumnOf<Dossier["reassigned"][number]>[] {
  return [
    time("at", t("office.askedOn"), (row) => row.queried_at),
    plain("for", t("office.askedFor"), (row) => row.asked_for),
    plain("answer", t("office.answer"), (row) => word("reassigned", row.answer)),
  ];
}

function leadColumns(): ColumnOf<Dossier["leads"][number]>[] {
  return [
    { name: "lead", title: t("office.lead"), number: true, by: (row) => row.lead,
      cell: (row) => row.lead },
    plain("campaign", t("office.campaign"), (row) => row.campaign),
    plain("seller", t("office.seller"), (row) => row.seller),
    plain("name", t("office.person"), (row) => row.name),
    plain("status", t("office.status"), (row) => word("leadStatus", row.status)),
    plain("file", t("office.file"), (row) => row.list.file),
    time("undone", t("office.importUndone"), (row) => row.undone_at),
  ];
}
