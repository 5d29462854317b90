// The trunks to the carriers, and what came in that nobody asked for.

import { Table } from "../../parts/table";
import { number, t } from "../../text";
import type { Live, Trunk } from "./types";
import { mean } from "./words";

function health(trunk: Trunk) {
  if (trunk.up) {
    return <><span aria-hidden="true">✓ </span>{t("board.trunks.up")}</>;
  }
  return (
    <span class="fault">
      <span aria-hidden="true">✖ </span>
      {trunk.why ? t("board.trunks.downWhy", { why: trunk.why }) : t("board.trunks.down")}
    </span>
  );
}

export function Trunks(props: { live: Live }) {
  const { dropped, trunks } = props.live;
  return (
    <section class="card" aria-labelledby="trunks-title">
      <h2 id="trunks-title">{t("board.trunks.title")}</h2>
      <Table caption={t("board.trunks.caption")} rows={trunks} keyOf={(one) => one.name}
        columns={[
          { name: "name", title: t("board.trunks.name"), by: (one) => one.name,
            cell: (one) => one.name },
          { name: "health", title: t("board.trunks.health"), by: (one) => Number(one.up),
            cell: health },
          { name: "lines", title: t("board.trunks.lines"), number: true, by: (one) => one.lines,
            cell: (one) => number(one.lines) },
          { name: "rate", title: t("board.trunks.rate"), number: true,
            by: (one) => one.calls_per_second, cell: (one) => mean(one.calls_per_second) },
        ]} />
      <p class="hint">
        {t("board.trunks.dropped",
          { strangers: dropped.sip_strangers, malformed: dropped.sip_malformed })}
      </p>
    </section>
  );
}
