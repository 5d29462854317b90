// What calls are judged by: lists of numbers with their age, rule packs with their versions, and
// what changes soon.

import { useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Time, useLoad } from "../../parts/basics";
import { Table } from "../../parts/table";
import { number, t } from "../../text";
import { RuleTable } from "./decision";
import "./office.css";
import { CompliancePage, Mark, word } from "./parts";
import type { NumberList, Pack, Packs, PackSummary } from "./types";

interface Lists {
  lists: NumberList[];
  reassigned: { as_of: string; loaded_at: string; rows: number; source: string } | null;
}

export default function Law() {
  return (
    <CompliancePage title={t("office.law")}>
      <ListsCard />
      <PacksCard />
    </CompliancePage>
  );
}

function ListsCard() {
  const { value, error, again } = useLoad(() => get<Lists>("/api/suppression-lists"), []);
  const stale = value?.lists.filter((list) => list.stale) ?? [];
  return (
    <section class="card" aria-labelledby="law-lists">
      <h2 id="law-lists">{t("office.lists")}</h2>
      {error !== null && <Fault error={error} retry={again} />}
      <p role="status">
        {value && (stale.length === 0 ? <Mark kind="good">{t("office.noneStale")}</Mark>
          : <Mark kind="bad">
              {t("office.stale", { lists: stale.map(({ name }) => name).join(", ") })}
            </Mark>)}
      </p>
      <ListTable lists={value?.lists ?? []} none={value ? undefined : t("app.loading")} />
      {value && <p>
        {t("office.reassignedState")}{" "}
        {value.reassigned
          ? <>{value.reassigned.as_of}, {number(value.reassigned.rows)}, {value.reassigned.source},
              {" "}<Time at={value.reassigned.loaded_at} seconds={false} /></>
          : t("office.neverLoaded")}
      </p>}
    </section>
  );
}

function ListTable(props: { lists: NumberList[]; none?: string }) {
  return (
    <Table caption={t("office.listsCaption")} rows={props.lists} keyOf={(list) => list.name}
      none={props.none}
      columns={[
        { name: "name", title: t("office.list"), by: (list) => list.name,
          cell: (list) => <>{list.name}{list.seller && <><br />
            <span class="quiet">{list.seller}</span></>}</> },
        { name: "kind", title: t("office.kind"), by: (list) => list.kind,
          cell: (list) => [word("listKind", list.kind),
            [list.country, list.region].filter(Boolean).join("-")].filter(Boolean).join(", ") },
        { name: "as_of", title: t("office.asOf"), by: (list) => list.as_of,
          cell: (list) => (list.as_of ? <span class="day">{list.as_of}</span>
            : t("office.neverLoaded")) },
        { name: "good", title: t("office.goodUntil"), by: (list) => list.good_until,
          cell: (list) => (list.good_until === null ? "–"
            : <>{list.stale ? <Mark kind="bad">{list.good_until}</Mark>
                : <Mark kind="good">{list.good_until}</Mark>}
              <br /><span class="quiet">{list.rule}, {list.cite}</span></>) },
        { name: "loaded", title: t("office.loaded"), by: (list) => list.loaded_at,
          cell: (list) => (list.loaded_at ? <Time at={list.loaded_at} seconds={false} /> : "–") },
        { name: "rows", title: t("office.numbersCount"), number: true, by: (list) => list.rows,
          cell: (list) => number(list.rows) },
        { name: "bad", title: t("office.badLines"), number: true, by: (list) => list.bad,
          cell: (list) => number(list.bad) },
        { name: "version", title: t("office.version"), number: true,
          by: (list) => list.version, cell: (list) => list.version || "–" },
        { name: "source", title: t("office.file"), by: (list) => list.source,
          cell: (list) => (list.source ? <>{list.source}{" "}
            <span class="code" title={list.sha256}>{list.sha256.slice(0, 12)}…</span></> : "–") },
      ]} />
  );
}

function PacksCard() {
  const { value, error, again } = useLoad(() => get<Packs>("/api/packs"), []);
  const [open, setOpen] = useState("");
  return (
    <section class="card" aria-labelledby="law-packs">
      <h2 id="law-packs">{t("office.packs")}</h2>
      {error !== null && <Fault error={error} retry={again} />}
      {value && <p class="hint">{t("office.tzdb", { version: value.tzdb })}</p>}
      {value && value.changes.length > 0 && (
        <details open>
          <summary><Mark kind="warn">
            {t("office.changesSoon", { n: value.changes.length })}
          </Mark></summary>
          <RuleTable rules={value.changes} />
        </details>
      )}
      <PackTable packs={value?.packs ?? []} open={open} onOpen={setOpen}
        none={value ? undefined : t("app.loading")} />
      {open && <OnePack key={open} id={open} />}
    </section>
  );
}

function PackTable(props: { packs: PackSummary[]; open: string; onOpen: (id: string) => void;
  none?: string }) {
  const old = new Date();
  old.setMonth(old.getMonth() - 6);
  const limit = old.toISOString().slice(0, 10);
  return (
    <Table caption={t("office.packsCaption")} rows={props.packs} keyOf={(pack) => pack.id}
      none={props.none}
      columns={[
        { name: "id", title: t("office.pack"), by: (pack) => pack.id,
          cell: (pack) => (
            <button type="button" class="plain" aria-expanded={props.open === pack.id}
              onClick={() => props.onOpen(props.open === pack.id ? "" : pack.id)}>
              {pack.id}
            </button>
          ) },
        { name: "place", title: t("office.jurisdiction"), by: (pack) => pack.place,
          cell: (pack) => pack.place || t("office.everywhere") },
        { name: "level", title: t("office.level"), by: (pack) => pack.level,
          cell: (pack) => word("level", pack.level) },
        { name: "version", title: t("office.version"), by: (pack) => pack.version,
          cell: (pack) => pack.version },
        { name: "reviewed", title: t("office.reviewed"), by: (pack) => pack.reviewed,
          cell: (pack) => (pack.reviewed < limit
            ? <Mark kind="warn">{t("office.reviewOld", { day: pack.reviewed })}</Mark>
            : pack.reviewed) },
        { name: "rules", title: t("office.rulesCount"), number: true,
          by: (pack) => pack.rules_count, cell: (pack) => number(pack.rules_count) },
        { name: "sha256", title: "SHA-256",
          cell: (pack) => (
            <span class="code" title={pack.sha256}>{pack.sha256.slice(0, 12)}…</span>
          ) },
      ]} />
  );
}

function OnePack({ id }: { id: string }) {
  const { value, error, again } = useLoad(() => get<Pack>(`/api/packs/${id}`), [id]);
  if (error !== null) {
    return <Fault error={error} retry={again} />;
  }
  return (
    <div aria-live="polite">
      <h3>{id}</h3>
      {value ? <RuleTable rules={value.rules.map((rule) => ({ ...rule, pack: id }))} />
        : <p class="quiet">{t("app.loading")}</p>}
    </div>
  );
}
