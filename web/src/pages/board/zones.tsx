// Leads by time zone: how many may be called now where it is which time, and when that changes.

import { Table } from "../../parts/table";
import { clock, number, t } from "../../text";
import { earlier, type Scope, zonesOf } from "./scope";
import type { FunnelZone } from "./types";

/** "America/New_York 14:05": the time there belongs to the place. */
function where(zone: FunnelZone) {
  if (zone.zones.length === 0) {
    return t("board.zones.unknown");
  }
  return (
    <ul class="plain-list">
      {zone.zones.map((name, index) => (
        <li key={name}>{name} <span class="quiet">{zone.local[index]}</span></li>
      ))}
    </ul>
  );
}

const changeOf = (zone: FunnelZone): string | null =>
  zone.callable > 0 ? zone.closes_at : zone.opens_at;

function change(zone: FunnelZone) {
  const at = changeOf(zone);
  // The first of several zones tells the time of the row; clocks without a zone tell nothing.
  const there = zone.zones[0];
  return at === null ? "–"
    : t(zone.callable > 0 ? "board.zones.closes" : "board.zones.opens", { at: clock(at, there) });
}

export function Zones(props: { scope: Scope }) {
  const rows = zonesOf(props.scope.campaigns);
  const next = props.scope.campaigns.map((one) => one.funnel?.next_change ?? null)
    .reduce(earlier, null);
  return (
    <section class="card" aria-labelledby="zones-title">
      <h2 id="zones-title">{t("board.zones.title")}</h2>
      {next && <p class="quiet">{t("board.zones.next", { at: clock(next) })}</p>}
      <Table caption={t("board.zones.caption")} rows={rows} sort="-callable"
        keyOf={(row) => row.zones.join(" ")} none={t("board.zones.none")}
        columns={[
          { name: "zone", title: t("board.zones.zone"), by: (row) => row.zones.join(" "),
            cell: where },
          { name: "callable", title: t("board.zones.callable"), number: true,
            by: (row) => row.callable, cell: (row) => number(row.callable) },
          { name: "closed", title: t("board.zones.closed"), number: true, by: (row) => row.closed,
            cell: (row) => number(row.closed) },
          { name: "leads", title: t("board.zones.leads"), number: true, by: (row) => row.leads,
            cell: (row) => number(row.leads) },
          { name: "change", title: t("board.zones.change"), by: changeOf, cell: change },
        ]} />
    </section>
  );
}
