// What a report is asked for: days, their zone, the campaign, and what it is divided by.

import { useId, useState } from "preact/hooks";

import { get } from "../../api";
import { Choice, Field, useLoad } from "../../parts/basics";
import { t } from "../../text";
import { columnTitle } from "./cells";
import type { ReportKind } from "./types";
import { daysOf, type Preset, presetOf, presets, readersZone, type Wish } from "./wish";

interface FormProps {
  kind: ReportKind;
  wish: Wish;
  /** The engine's clock. */
  now: number;
  onAsk: (wish: Wish) => void;
}

export function ReportForm(props: FormProps) {
  const [wish, setWish] = useState(props.wish);
  const [own, setOwn] = useState(presetOf(props.wish, props.now) === "own");
  const wrong = wish.to < wish.from ? t("reports.wrongDays") : undefined;
  const change = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const choose = (preset: Preset) => {
    setOwn(preset === "own");
    if (preset !== "own") {
      const [from, to] = daysOf(preset, wish.zone, props.now);
      change({ from, to });
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!wrong) {
      props.onAsk(wish);
    }
  };
  return (
    <form class="card report-form" onSubmit={submit} aria-label={t("reports.form")}>
      <Choice<Preset> label={t("reports.period")} value={own ? "own" : presetOf(wish, props.now)}
        options={presets.map((one) => [one, t(`reports.period.${one}`)] as const)}
        onChange={choose} />
      {own && (
        <>
          <Field label={t("reports.from")} type="date" value={wish.from} required
            onInput={(from) => change({ from })} />
          <Field label={t("reports.to")} type="date" value={wish.to} required fault={wrong}
            onInput={(to) => change({ to })} />
        </>
      )}
      <ZoneField zone={wish.zone} onInput={(zone) => change({ zone })} />
      <CampaignChoice campaign={wish.campaign} onChange={(campaign) => change({ campaign })} />
      {props.kind.by.length > 1 && (
        <Division kind={props.kind} by={wish.by ?? props.kind.usual_by}
          onChange={(by) => change({ by })} />
      )}
      <button type="submit" class="main">{t("reports.show")}</button>
    </form>
  );
}

function ZoneField(props: { zone: string; onInput: (zone: string) => void }) {
  const id = useId();
  const zones = [...new Set([readersZone(), "UTC", ...Intl.supportedValuesOf("timeZone")])];
  return (
    <div class="field">
      <label for={id}>{t("reports.zone")}</label>
      <input id={id} value={props.zone} list={`${id}-zones`} required autocomplete="off"
        onInput={(event) => props.onInput(event.currentTarget.value)} />
      <datalist id={`${id}-zones`}>
        {zones.map((zone) => <option key={zone} value={zone} />)}
      </datalist>
    </div>
  );
}

function CampaignChoice(props: { campaign: string; onChange: (campaign: string) => void }) {
  const { value } = useLoad(() => get<{ name: string }[]>("/api/campaigns"), []);
  const names = new Set([props.campaign, ...(value ?? []).map((one) => one.name)]);
  names.delete("");
  return (
    <Choice<string> label={t("reports.campaign")} value={props.campaign}
      options={[["", t("reports.allCampaigns")],
        ...[...names].map((name) => [name, name] as const)]}
      onChange={props.onChange} />
  );
}

/** Boxes in the order in which they were ticked: that is the order of the columns. */
function Division(props: { kind: ReportKind; by: string[]; onChange: (by: string[]) => void }) {
  const toggle = (name: string) => {
    const without = props.by.filter((one) => one !== name);
    props.onChange(without.length < props.by.length ? without : [...props.by, name]);
  };
  return (
    <fieldset>
      <legend>{t("reports.by")}</legend>
      {props.kind.by.map((name) => (
        <label key={name}>
          <input type="checkbox" checked={props.by.includes(name)}
            onChange={() => toggle(name)} /> {columnTitle(name)}
        </label>
      ))}
    </fieldset>
  );
}
