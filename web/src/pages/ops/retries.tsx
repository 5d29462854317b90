// When leads are tried again: a rule for each outcome, of this campaign or of all.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Dialog, Fault, Field, Link, useLoad } from "../../parts/basics";
import { number, t } from "../../text";
import { Badge, Check, Confirmed, Done, Section, Span, span } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, pageOf, wordsFor } from "./room";
import type { CampaignSettings, Disposition, RetryRule, RetryRules } from "./types";

const outcomes = ["busy", "no_answer", "rejected", "invalid_number", "congestion", "trunk_failure",
  "cancelled", "not_sent", "interrupted", "answered", "abandoned", "early_hangup"];

interface Known {
  rules: RetryRules;
  campaign: CampaignSettings;
  dispositions: Disposition[];
}

async function loadKnown(name: string): Promise<Known> {
  const [rules, campaign, { dispositions }] = await Promise.all([
    get<RetryRules>(api(name, "retry-rules")),
    get<CampaignSettings>(api(name)),
    get<{ dispositions: Disposition[] }>(api(name, "dispositions")),
  ]);
  return { rules, campaign, dispositions };
}

export function RetriesTab({ name }: TabProps) {
  const known = useLoad(() => loadKnown(name), [name]);
  const [edited, setEdited] = useState<RetryRule | null>(null);
  const [told, setTold] = useState("");
  if (!known.value) {
    return known.error !== null ? <Fault error={known.error} retry={known.again} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const { rules, campaign, dispositions } = known.value;
  const again = (text: string) => {
    setEdited(null);
    setTold(text);
    known.again();
  };
  const retried = dispositions.filter((one) => one.active && one.lead_action === "retry");
  const shown = [...new Set([...outcomes, ...retried.map((one) => one.code),
    ...rules.rules.map((one) => one.outcome)])];
  const label = (code: string) => dispositions.find((one) => one.code === code)?.label
    || wordsFor("outcome", code);
  return (
    <Section title={t("ops.tab.retries")} hint={t("ops.retries.hint")}>
      <Limits name={name} campaign={campaign} />
      <Done text={told} />
      <Rules shown={shown} rules={rules.rules} usual={campaign} label={label} name={name}
        edit={setEdited} again={again} />
      {edited && (
        <Edit name={name} rule={edited} label={label(edited.outcome)} usual={campaign}
          close={() => setEdited(null)} done={again} />
      )}
    </Section>
  );
}

function Limits({ name, campaign }: { name: string; campaign: CampaignSettings }) {
  const { attempts_max: most, retry_after_s: after, attempts_per_day: day,
    attempts_per_week: week } = campaign.settings;
  const limit = (value: unknown) => value === 0 ? t("ops.retries.noLimit") : number(Number(value));
  return (
    <p>
      {t("ops.retries.limits", { most: Number(most), after: span(Number(after)), day: limit(day),
        week: limit(week) })}{" "}
      <Link to={pageOf(name, "settings")}>{t("ops.retries.change")}</Link>
    </p>
  );
}

function Rules(props: { shown: string[]; rules: RetryRule[]; usual: CampaignSettings; name: string;
  label: (code: string) => string; edit: (rule: RetryRule) => void;
  again: (text: string) => void }) {
  const usual = Number(props.usual.settings.retry_after_s);
  const drop = (outcome: string) => async () => {
    await post(api(props.name, "retry-rules"), { outcome, drop: true });
    props.again(t("ops.retries.dropped"));
  };
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.tab.retries")}>
      <table>
        <caption class="ops-hidden">{t("ops.tab.retries")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("ops.retries.outcome")}</th>
            <th scope="col">{t("ops.retries.delay")}</th>
            <th scope="col">{t("ops.retries.tries")}</th>
            <th scope="col">{t("ops.retries.otherPhone")}</th>
            <th scope="col">{t("ops.retries.spread")}</th>
            <th scope="col">{t("ops.retries.of")}</th>
            {mayChange() && <th scope="col">{t("ops.actions")}</th>}
          </tr>
        </thead>
        <tbody>
          {props.shown.map((outcome) => {
            const rule = props.rules.find((one) => one.outcome === outcome);
            const shown = rule ?? { outcome, delay_s: null, tries_max: null, other_phone: true,
              spread: false, own: false };
            return (
              <tr key={outcome}>
                <th scope="row">{props.label(outcome)}</th>
                <td>
                  {shown.delay_s === null
                    ? <span class="quiet">{t("ops.retries.usual", { after: span(usual) })}</span>
                    : span(shown.delay_s)}
                </td>
                <td>
                  {shown.tries_max === null
                    ? <span class="quiet">{t("ops.retries.noLimit")}</span>
                    : number(shown.tries_max)}
                </td>
                <td>{t(shown.other_phone ? "ops.yes" : "ops.no")}</td>
                <td>{t(shown.spread ? "ops.yes" : "ops.no")}</td>
                <td>
                  {shown.own ? <Badge tone="good">{t("ops.retries.own")}</Badge> : (
                    <span class="quiet">
                      {t(rule ? "ops.retries.ofAll" : "ops.retries.none")}
                    </span>
                  )}
                </td>
                {mayChange() && (
                  <td>
                    <div class="row">
                      <button type="button" onClick={() => props.edit(shown)}>
                        {t("ops.edit")}<span class="ops-hidden"> {props.label(outcome)}</span>
                      </button>
                      {shown.own && (
                        <Confirmed button={t("ops.retries.drop")} title={props.label(outcome)}
                          effect={t("ops.retries.dropEffect")} run={drop(outcome)} />
                      )}
                    </div>
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Edit(props: { name: string; rule: RetryRule; label: string; usual: CampaignSettings;
  close: () => void; done: (text: string) => void }) {
  const [rule, setRule] = useState(props.rule);
  const [own, setOwn] = useState(props.rule.delay_s !== null);
  const change = (part: Partial<RetryRule>) => setRule({ ...rule, ...part });
  const save = async () => {
    await post(api(props.name, "retry-rules"), {
      outcome: rule.outcome, other_phone: rule.other_phone, spread: rule.spread,
      ...(own && rule.delay_s !== null && { delay_s: rule.delay_s }),
      ...(rule.tries_max !== null && { tries_max: rule.tries_max }),
    });
    props.done(t("ops.retries.saved", { outcome: props.label }));
  };
  return (
    <Dialog title={t("ops.retries.after", { outcome: props.label })} onClose={props.close}>
      <Check label={t("ops.retries.ownDelay")} checked={own} onChange={(on) => {
        setOwn(on);
        change({ delay_s: on ? rule.delay_s ?? Number(props.usual.settings.retry_after_s) : null });
      }} />
      {own && (
        <Span label={t("ops.retries.delay")} value={rule.delay_s ?? 0}
          onInput={(delay_s) => change({ delay_s })} />
      )}
      <Field label={t("ops.retries.tries")} type="number" min={1} max={1000} step={1}
        value={rule.tries_max === null ? "" : String(rule.tries_max)}
        hint={t("ops.retries.triesHint")}
        onInput={(text) => change({ tries_max: text ? Number(text) : null })} />
      <Check label={t("ops.retries.otherPhone")} hint={t("ops.retries.otherPhoneHint")}
        checked={rule.other_phone} onChange={(other_phone) => change({ other_phone })} />
      <Check label={t("ops.retries.spread")} hint={t("ops.retries.spreadHint")}
        checked={rule.spread} onChange={(spread) => change({ spread })} />
      <div class="ops-do"><Action class="main" run={save}>{t("ops.save")}</Action></div>
    </Dialog>
  );
}
