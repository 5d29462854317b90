// All campaigns: which ones dial, and why the others do not.

import { Link } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { number, share, t } from "../../text";
import { Empty, Room } from "./bits";
import "./ops.css";
import { mayChange, pageOf, useLive, wordsFor } from "./room";
import { dialing, signedIn, StateBadge, Switch } from "./state";
import type { LiveCampaign } from "./types";

function State({ campaign }: { campaign: LiveCampaign }) {
  const [why, ...more] = dialing(campaign).why;
  return (
    <>
      <StateBadge campaign={campaign} />
      {campaign.running && why && (
        <div class="hint">
          {why}{more.length > 0 && ` ${t("ops.campaigns.moreReasons", { n: more.length })}`}
        </div>
      )}
    </>
  );
}

function columns(): ColumnOf<LiveCampaign>[] {
  const order = { dialing: 0, waiting: 1, stopped: 2 };
  const all: ColumnOf<LiveCampaign>[] = [
    { name: "name", title: t("ops.campaign"), by: (row) => row.name,
      cell: (row) => <Link to={pageOf(row.name)}>{row.name}</Link> },
    { name: "state", title: t("ops.state"), by: (row) => order[dialing(row).state],
      cell: (row) => <State campaign={row} /> },
    { name: "mode", title: t("ops.field.mode"), by: (row) => row.mode,
      cell: (row) => wordsFor("word", row.mode) },
    { name: "agents", title: t("ops.agents"), number: true, by: signedIn,
      cell: (row) => number(signedIn(row)) },
    { name: "callable", title: t("ops.callable"), number: true,
      by: (row) => row.funnel?.callable ?? null,
      cell: (row) => row.funnel ? number(row.funnel.callable) : "–" },
    { name: "loaded", title: t("ops.loaded"), number: true,
      by: (row) => row.funnel?.loaded ?? null,
      cell: (row) => row.funnel ? number(row.funnel.loaded) : "–" },
    { name: "abandoned", title: t("ops.abandoned"), number: true,
      by: (row) => row.abandoned / Math.max(1, row.answered),
      cell: (row) => row.answered ? share(row.abandoned / row.answered) : "–" },
  ];
  if (mayChange()) {
    all.push({ name: "do", title: t("ops.actions"), cell: (row) => <Switch campaign={row} /> });
  }
  return all;
}

export default function Campaigns() {
  const live = useLive();
  const make = mayChange() && (
    <Link class="ops-button ops-button-main" to="/new-campaign">{t("ops.campaigns.new")}</Link>
  );
  return (
    <Room>
      <div class="ops-head">
        <h1>{t("nav.campaigns")}</h1>
        {make}
      </div>
      {!live && <p class="quiet" role="status">{t("app.loading")}</p>}
      {live && live.campaigns.length === 0 && (
        <Empty>
          <p>{t("ops.campaigns.none")}</p>
          {mayChange() && <p>{t("ops.campaigns.noneNext")}</p>}
        </Empty>
      )}
      {live && live.campaigns.length > 0 && (
        <div class="card">
          <Table caption={t("ops.campaigns.caption")} columns={columns()} rows={live.campaigns}
            keyOf={(row) => row.id} sort="state" />
        </div>
      )}
    </Room>
  );
}
