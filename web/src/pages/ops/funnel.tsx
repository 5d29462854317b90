// The funnel: from the leads that were loaded to those that may be called now, what stops the
// others, and what would free them.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Link, Time } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { say, sayAlone } from "../../said";
import { clock, number, t } from "../../text";
import { Bar, Badge, Empty, Section } from "./bits";
import type { TabProps } from "./campaign";
import { Recycle } from "./recycle";
import { api, mayChange, pageOf, useEvery, wordsFor } from "./room";
import type { Funnel, FunnelList, FunnelZone, ShortFunnel, Stage } from "./types";

/** Where one goes to free what stops at a step. */
function wayOut(name: string, stage: Stage): ComponentChildren {
  const tabs: Partial<Record<Stage["step"], string>> = {
    held: "lists", filtered: "filter", list_off: "lists", resting: "retries", closed: "settings",
    for_agent: "callbacks",
  };
  const tab = tabs[stage.step];
  const text = wordsFor("frees", stage.step);
  return tab ? <Link to={pageOf(name, tab)}>{text}</Link> : text;
}

function Rows({ name, stage, loaded }: { name: string; stage: Stage; loaded: number }) {
  const whole = Math.max(1, loaded);
  const good = stage.step === "callable";
  return (
    <>
      <tr class={good ? "ops-step ops-step-good" : "ops-step"}>
        <th scope="row">{good ? "" : "− "}{t(`ops.step.${stage.step}`)}</th>
        <td class="number">{number(stage.leads)}</td>
        <td><Bar part={stage.leads / whole} tone={good ? "good" : "plain"} /></td>
        <td class="number">{good ? "" : number(stage.left)}</td>
        <td>{!good && stage.leads > 0 && wayOut(name, stage)}</td>
      </tr>
      {!good && stage.reasons.map((reason) => (
        <tr key={reason.code} class="ops-reason">
          <td>{say(reason.words_said, reason.words)}</td>
          <td class="number">{number(reason.leads)}</td>
          <td><Bar part={reason.leads / whole} /></td>
          <td />
          <td>
            {reason.until && (
              <>{t("ops.funnel.firstFrom")} <Time at={reason.until} seconds={false} /></>
            )}
          </td>
        </tr>
      ))}
    </>
  );
}

function Steps({ name, funnel }: { name: string; funnel: ShortFunnel }) {
  const shown = funnel.stages.filter((stage) => stage.leads > 0 || stage.step === "callable");
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.funnel.steps")}>
      <table class="ops-funnel">
        <caption class="ops-hidden">{t("ops.funnel.steps")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("ops.funnel.stopped")}</th>
            <th scope="col" class="number">{t("ops.leads")}</th>
            <th scope="col"><span class="ops-hidden">{t("ops.funnel.ofLoaded")}</span></th>
            <th scope="col" class="number">{t("ops.funnel.left")}</th>
            <th scope="col">{t("ops.funnel.frees")}</th>
          </tr>
        </thead>
        <tbody>
          <tr class="ops-step">
            <th scope="row">{t("ops.loaded")}</th>
            <td class="number">{number(funnel.loaded)}</td>
            <td><Bar part={1} /></td>
            <td class="number">{number(funnel.loaded)}</td>
            <td>
              {funnel.rows_refused > 0 && t("ops.funnel.rowsRefused", { n: funnel.rows_refused })}
            </td>
          </tr>
          {shown.map((stage) => (
            <Rows key={stage.step} name={name} stage={stage} loaded={funnel.loaded} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The steps alone, for the overview. */
export function FunnelShort({ name, funnel }: { name: string; funnel: ShortFunnel }) {
  const whole = Math.max(1, funnel.loaded);
  return (
    <Section title={t("ops.tab.funnel")}>
      {funnel.loaded === 0 ? <Nothing name={name} /> : (
        <ul class="ops-short-funnel">
          {funnel.stages.filter((one) => one.leads > 0 || one.step === "callable").map((one) => (
            <li key={one.step}>
              <span>{t(`ops.step.${one.step}`)}</span>
              <Bar part={one.leads / whole} tone={one.step === "callable" ? "good" : "plain"} />
              <span class="number">{number(one.leads)}</span>
            </li>
          ))}
        </ul>
      )}
      <p><Link to={pageOf(name, "funnel")}>{t("ops.funnel.more")}</Link></p>
    </Section>
  );
}

function Nothing({ name }: { name: string }) {
  return (
    <Empty>
      <p>{t("ops.funnel.none")}</p>
      <p><Link to={`/lists?campaign=${encodeURIComponent(name)}`}>{t("ops.do.import")}</Link></p>
    </Empty>
  );
}

function zoneColumns(): ColumnOf<FunnelZone>[] {
  const name = (row: FunnelZone) => row.zones.join(", ") || t("ops.funnel.noZone");
  return [
    { name: "zone", title: t("ops.funnel.zone"), by: name, cell: name },
    { name: "local", title: t("ops.funnel.local"), cell: (row) => row.local.join(", ") },
    { name: "leads", title: t("ops.leads"), number: true, by: (row) => row.leads,
      cell: (row) => number(row.leads) },
    { name: "callable", title: t("ops.callable"), number: true, by: (row) => row.counts.callable,
      cell: (row) => number(row.counts.callable) },
    { name: "resting", title: t("ops.step.resting"), number: true, by: (row) => row.counts.resting,
      cell: (row) => number(row.counts.resting) },
    { name: "closed", title: t("ops.step.closed"), number: true, by: (row) => row.counts.closed,
      cell: (row) => number(row.counts.closed) },
    { name: "hours", title: t("ops.funnel.hours"), cell: (row) => <Hours row={row} /> },
  ];
}

/** Open or closed, until when by the clock there and by the reader's own. */
function Hours({ row }: { row: FunnelZone }) {
  const zone = row.zones[0];
  const at = row.opens_at ?? row.closes_at;
  const open = row.places.some((place) => place.open);
  return (
    <>
      <Badge tone={open ? "good" : "warn"}>
        {t(open ? "ops.funnel.open" : "ops.funnel.closed")}
      </Badge>
      {at && (
        <div class="hint">
          {t(row.opens_at ? "ops.funnel.opens" : "ops.funnel.closes",
            { there: clock(at, zone) })} <Time at={at} seconds={false} />
        </div>
      )}
      {!open && row.places[0]?.words && (
        <div class="hint">{sayAlone(row.places[0].words_said, row.places[0].words)}</div>
      )}
    </>
  );
}

function listColumns(): ColumnOf<FunnelList>[] {
  const counts = ["callable", "resting", "closed", "used_up", "refused", "finished"] as const;
  return [
    { name: "list", title: t("ops.list"), by: (row) => row.name,
      cell: (row) => <>{row.name} <span class="quiet">{row.source}</span></> },
    { name: "weight", title: t("ops.list.weight"), number: true, by: (row) => row.weight,
      cell: (row) => row.status === "active" ? number(row.weight)
        : <Badge tone="warn">{wordsFor("list", row.status)}</Badge> },
    { name: "leads", title: t("ops.leads"), number: true, by: (row) => row.leads,
      cell: (row) => number(row.leads) },
    ...counts.map((step): ColumnOf<FunnelList> => ({ name: step, title: t(`ops.step.${step}`),
      number: true, by: (row) => row.counts[step], cell: (row) => number(row.counts[step]) })),
  ];
}

/** Read anew when the engine's own figures moved, at most every five seconds, and while seen. */
function useFunnel(name: string) {
  const [funnel, setFunnel] = useState<Funnel | undefined>();
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    get<Funnel>(api(name, "funnel")).then((found) => {
      setFunnel(found);
      setError(null);
    }, setError);
  };
  useEffect(load, [name]);
  useEvery(5000, load);
  return { funnel, error, load };
}

export function FunnelTab({ name }: TabProps) {
  const { funnel, error, load } = useFunnel(name);
  if (!funnel) {
    return error !== null ? <Fault error={error} retry={load} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  if (funnel.loaded === 0) {
    return <Section title={t("ops.tab.funnel")}><Nothing name={name} /></Section>;
  }
  return (
    <>
      {error !== null && <Fault error={error} retry={load} />}
      <Section title={t("ops.tab.funnel")}
        hint={<>{t("ops.funnel.hint")} <Time at={funnel.at} /></>}>
        <Steps name={name} funnel={funnel} />
        {funnel.next_change && (
          <p>{t("ops.do.wait")} <Time at={funnel.next_change} seconds={false} /></p>
        )}
        {funnel.by_hand > 0 && <p class="hint">{t("ops.funnel.byHand", { n: funnel.by_hand })}</p>}
        <div class="row">
          <Link class="ops-button" to={`/why?campaign=${encodeURIComponent(name)}`}>
            {t("ops.why.title")}
          </Link>
          {mayChange() && <Recycle name={name} funnel={funnel} done={load} />}
        </div>
      </Section>
      <Section title={t("ops.funnel.byZone")}>
        <Table caption={t("ops.funnel.byZoneCaption")} columns={zoneColumns()} rows={funnel.zones}
          keyOf={(row) => row.zones.join()} sort="-leads" />
      </Section>
      <Section title={t("ops.funnel.byList")}>
        <Table caption={t("ops.funnel.byListCaption")} columns={listColumns()} rows={funnel.lists}
          keyOf={(row) => row.list} sort="-leads" />
      </Section>
    </>
  );
}
