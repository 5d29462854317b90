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
import { CompliancePage, Confirmed, keep, Mark, usePages, word } from "./parts";
import type { Dossier } from "./types";

export default function NumberDossier({ parts }: { parts: Record<string, string> }) {
  const wanted = parts.number ?? "";
  const [typed, setTyped] = useState(wanted);
  const submit = (event: Event) => {
    event.preventDefault();
    go(`/compliance/numbers/${encodeURIComponent(typed.trim())}`);
  };
  return (
    <CompliancePage title={t("compliance.numbers")}>
      <form class="card" role="search" onSubmit={submit}>
        <Field label={t("compliance.number")} value={typed} onInput={setTyped} type="tel"
          hint={t("compliance.numberHint")} required />
        <button type="submit" class="main">{t("compliance.show")}</button>
      </form>
      {wanted === "" ? <p class="quiet">{t("compliance.numbersHint")}</p>
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
        <p class="quiet">{t("compliance.madeAt")} <Time at={value.made_at} /></p>
        <p>
          {listed.length === 0 ? <Mark kind="good">{t("compliance.onNoList")}</Mark>
            : <Mark kind="bad">
                {t("compliance.onLists", { lists: listed.map(({ list }) => list).join(", ") })}
              </Mark>}
        </p>
        <div class="row">
          <button type="button" onClick={save}>{t("compliance.keepDossier")}</button>
          <Confirmed button={t("compliance.optOut")} title={t("compliance.optOut")}
            effect={t("compliance.optOutEffect", { number: phone(value.number) })}
            yes={t("compliance.optOutYes")}
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
      <Section title={t("compliance.attempts")} rows={[...dossier.attempts].reverse()}
        keyOf={(row) => row.attempt} columns={attemptColumns()} />
      <Section title={t("compliance.refusals")} rows={[...dossier.refusals].reverse()}
        keyOf={(row) => row.id} columns={refusalColumns()} />
      <Section title={t("compliance.optOutsOf")} rows={dossier.opt_outs}
        keyOf={(row) => row.change} columns={optOutColumns()} />
      <Section title={t("compliance.lists")} rows={dossier.lists} keyOf={(row) => row.list}
        columns={listColumns()} />
      <section class="card">
        <h2>{heading(t("compliance.consents"), dossier.consents.length)}</h2>
        {dossier.consents.length === 0 && <p class="quiet">{t("table.none")}</p>}
        {dossier.consents.map((consent) => <ConsentFacts key={consent.id} consent={consent} />)}
      </section>
      <Section title={t("compliance.revocations")} rows={dossier.revocations}
        keyOf={(row) => row.id} columns={revocationColumns()} />
      <Section title={t("compliance.relationships")} rows={dossier.relationships}
        keyOf={(row) => row.id} columns={relationshipColumns()} />
      <Section title={t("compliance.reassigned")} rows={dossier.reassigned}
        keyOf={(row) => `${row.queried_at} ${row.asked_for}`} columns={reassignedColumns()} />
      <Section title={t("compliance.leads")} rows={dossier.leads} keyOf={(row) => row.lead}
        columns={leadColumns()} />
    </>
  );
}

const heading = (title: string, count: number) => `${title} (${number(count)})`;

function Section<Row>(props: { title: string; rows: Row[]; columns: ColumnOf<Row>[];
  keyOf: (row: Row) => string | number }) {
  const { shown, pager } = usePages(props.rows, 25);
  return (
    <section class="card">
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
  ? <Link to={`/compliance/calls/${attempt}`}>{text ?? t("compliance.call")}</Link> : "–");

function attemptColumns(): ColumnOf<Dossier["attempts"][number]>[] {
  return [
    { name: "at", title: t("compliance.at"), by: (row) => row.at,
      cell: (row) => toCall(row.attempt, <Time at={row.at} />) },
    plain("campaign", t("compliance.campaign"), (row) => row.campaign),
    plain("seller", t("compliance.seller"), (row) => row.seller),
    plain("result", t("compliance.result"), (row) => word("outcome", row.result
      ? row.result.treatment !== "none" ? row.result.treatment : row.result.outcome : "open")),
    plain("agent", t("compliance.agent"), (row) => row.result?.agent ?? null),
    plain("disposition", t("compliance.disposition"),
      (row) => row.dispositions.at(-1)?.code ?? null),
    plain("caller_id", t("compliance.callerId"), (row) => phone(row.caller_id)),
  ];
}

function refusalColumns(): ColumnOf<Dossier["refusals"][number]>[] {
  return [
    time("at", t("compliance.at"), (row) => row.at),
    plain("campaign", t("compliance.campaign"), (row) => row.campaign),
    plain("verdict", t("compliance.verdict"), (row) => word("verdict", row.verdict)),
    time("until", t("compliance.until"), (row) => row.until),
    { name: "reasons", title: t("compliance.reasons"), cell: (row) => (
      <ul>{row.reasons.map((reason) => (
        <li key={reason.rule + reason.detail}>{reason.detail}{" "}
          <span class="quiet">{reason.rule}, {reason.cite}</span></li>
      ))}</ul>
    ) },
  ];
}

function optOutColumns(): ColumnOf<Dossier["opt_outs"][number]>[] {
  return [
    time("at", t("compliance.at"), (row) => row.at),
    plain("list", t("compliance.list"), (row) => row.list),
    plain("seller", t("compliance.seller"), (row) => row.seller || t("compliance.allSellers")),
    plain("listed", t("compliance.change"),
      (row) => (row.listed ? t("compliance.putOn") : t("compliance.takenOff"))),
    plain("source", t("compliance.source"), (row) => word("source", row.source)),
    plain("by", t("compliance.by"), (row) => row.by),
    { name: "attempt", title: t("compliance.call"), cell: (row) => toCall(row.attempt) },
  ];
}

function listColumns(): ColumnOf<Dossier["lists"][number]>[] {
  return [
    plain("list", t("compliance.list"), (row) => row.list),
    plain("kind", t("compliance.kind"), (row) => word("listKind", row.kind)),
    { name: "listed", title: t("compliance.onIt"), by: (row) => (row.listed ? 0 : 1),
      cell: (row) => (row.listed ? <Mark kind="bad">{t("compliance.yes")}</Mark>
        : t("compliance.no")) },
    plain("as_of", t("compliance.asOf"), (row) => row.as_of),
    { name: "events", title: t("compliance.onAndOff"), cell: (row) => (
      <ul>{row.events.map((event) => (
        <li key={event.at}>
          {event.listed ? t("compliance.putOn") : t("compliance.takenOff")} <Time at={event.at} />
          {" "}{word("source", event.source)}
        </li>
      ))}</ul>
    ) },
  ];
}

function revocationColumns(): ColumnOf<Dossier["revocations"][number]>[] {
  return [
    time("at", t("compliance.at"), (row) => row.at),
    plain("means", t("compliance.means"), (row) => row.means),
    plain("scope", t("compliance.scope"),
      (row) => [word("scope", row.scope), row.seller, row.subject].filter(Boolean).join(", ")),
    plain("deadline", t("compliance.deadline"), (row) => row.legal_deadline),
    time("recorded", t("compliance.recorded"), (row) => row.recorded_at),
    plain("by", t("compliance.by"), (row) => row.recorded_by),
    { name: "attempt", title: t("compliance.call"), cell: (row) => toCall(row.attempt) },
  ];
}

function relationshipColumns(): ColumnOf<Dossier["relationships"][number]>[] {
  return [
    time("at", t("compliance.at"), (row) => row.at),
    plain("kind", t("compliance.kind"), (row) => word("relationship", row.kind)),
    plain("seller", t("compliance.seller"), (row) => row.seller),
    { name: "proof", title: t("compliance.proofOf"),
      cell: (row) => <span class="code">{JSON.stringify(row.proof)}</span> },
    plain("by", t("compliance.by"), (row) => row.recorded_by),
  ];
}

function reassignedColumns(): ColumnOf<Dossier["reassigned"][number]>[] {
  return [
    time("at", t("compliance.askedOn"), (row) => row.queried_at),
    plain("for", t("compliance.askedFor"), (row) => row.asked_for),
    plain("answer", t("compliance.answer"), (row) => word("reassigned", row.answer)),
  ];
}

function leadColumns(): ColumnOf<Dossier["leads"][number]>[] {
  return [
    { name: "lead", title: t("compliance.lead"), number: true, by: (row) => row.lead,
      cell: (row) => row.lead },
    plain("campaign", t("compliance.campaign"), (row) => row.campaign),
    plain("seller", t("compliance.seller"), (row) => row.seller),
    plain("name", t("compliance.person"), (row) => row.name),
    plain("status", t("compliance.status"), (row) => word("leadStatus", row.status)),
    plain("file", t("compliance.file"), (row) => row.list.file),
  ];
}
