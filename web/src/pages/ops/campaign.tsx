// One campaign: whether it dials first, then everything that can be looked at and changed.

import { get } from "../../api";
import { Fault, Link, useLoad } from "../../parts/basics";
import { search } from "../../route";
import { type Key, t } from "../../text";
import { Room } from "./bits";
import { CallbacksTab } from "./callbacks_tab";
import { DispositionsTab } from "./dispositions";
import { FilterTab } from "./filter";
import { FunnelTab } from "./funnel";
import { HistoryTab } from "./history";
import { ListsTab } from "./lists_tab";
import "./ops.css";
import { OverviewTab } from "./overview";
import { PoolTab } from "./pool";
import { RetriesTab } from "./retries";
import { api, pageOf, useLive } from "./room";
import { ScriptTab } from "./script";
import { SettingsTab } from "./settings";
import { StateOf } from "./state";
import type { CampaignSettings, LiveCampaign } from "./types";

/** What every tab is told. */
export interface TabProps {
  name: string;
  live: LiveCampaign | undefined;
}

const tabs = {
  overview: OverviewTab,
  funnel: FunnelTab,
  lists: ListsTab,
  filter: FilterTab,
  retries: RetriesTab,
  callbacks: CallbacksTab,
  script: ScriptTab,
  dispositions: DispositionsTab,
  callerIds: PoolTab,
  settings: SettingsTab,
  history: HistoryTab,
} as const;
type Tab = keyof typeof tabs;

export default function CampaignPage({ parts }: { parts: Record<string, string> }) {
  const name = parts.name ?? "";
  return <Room><Named key={name} name={name} /></Room>;
}

function Named({ name }: { name: string }) {
  const live = useLive();
  const found = useLoad(() => get<CampaignSettings>(api(name)), [name]);
  const campaign = live?.campaigns.find((one) => one.name === name);
  const given = search.value.get("tab") ?? "overview";
  const tab: Tab = given in tabs ? (given as Tab) : "overview";
  const Shown = tabs[tab];
  if (found.error !== null && !campaign) {
    return (
      <>
        <p><Link to="/campaigns">← {t("nav.campaigns")}</Link></p>
        <Fault error={found.error} retry={found.again} />
      </>
    );
  }
  return (
    <>
      <p class="ops-back"><Link to="/campaigns">← {t("nav.campaigns")}</Link></p>
      <h1>{name}</h1>
      {campaign && live ? <StateOf campaign={campaign} live={live} />
        : <p class="card" role="status">{t(live ? "ops.campaign.coming" : "app.loading")}</p>}
      <nav class="ops-tabs" aria-label={t("ops.campaign.parts")}>
        {(Object.keys(tabs) as Tab[]).map((one) => (
          <Link key={one} to={pageOf(name, one === "overview" ? "" : one)} current={one === tab}>
            {t(`ops.tab.${one}` as Key)}
          </Link>
        ))}
      </nav>
      <Shown name={name} live={campaign} />
    </>
  );
}
