// Two days and a campaign: what most compliance questions are about.

import { useId } from "preact/hooks";

import { get } from "../../api";
import { useLoad } from "../../parts/basics";
import { t } from "../../text";
import { zone } from "./parts";
import type { CampaignName } from "./types";

/** A day of the reader's clock. */
export function Day(props: { label: string; value: string; onInput: (value: string) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input id={id} type="date" value={props.value} aria-describedby={`${id}-zone`}
        onInput={(event) => props.onInput(event.currentTarget.value)} />
      <p id={`${id}-zone`} class="hint">{t("office.zone", { zone })}</p>
    </div>
  );
}

export function Period(props: { from: string; to: string; onFrom: (day: string) => void;
  onTo: (day: string) => void }) {
  return (
    <>
      <Day label={t("office.from")} value={props.from} onInput={props.onFrom} />
      <Day label={t("office.to")} value={props.to} onInput={props.onTo} />
    </>
  );
}

/** A campaign, or all of them. */
export function CampaignChoice(props: { value: string; onChange: (name: string) => void;
  all?: string }) {
  const id = useId();
  const { value: campaigns } = useLoad(() => get<CampaignName[]>("/api/campaigns"), []);
  const names = (campaigns ?? []).map((campaign) => campaign.name);
  const missing = props.value !== "" && !names.includes(props.value);
  return (
    <div class="field">
      <label for={id}>{t("office.campaign")}</label>
      <select id={id} value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value="">{props.all ?? t("office.all")}</option>
        {missing && <option value={props.value}>{props.value}</option>}
        {names.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
    </div>
  );
}
