// A campaign at a glance: what is ready for calls and what is missing, and today's figures.

import { get } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { sayAll } from "../../said";
import { number, share, t } from "../../text";
import { Badge, Section } from "./bits";
import type { TabProps } from "./campaign";
import { FunnelShort } from "./funnel";
import { api, pageOf } from "./room";
import type { CallerIdPool, CampaignSettings, LegalPeriod, LiveCampaign, Script } from "./types";

interface Ready {
  settings: CampaignSettings;
  scripts: Script[];
  pool: CallerIdPool;
}

async function loadReady(name: string): Promise<Ready> {
  const [settings, { scripts }, pool] = await Promise.all([
    get<CampaignSettings>(api(name)),
    get<{ scripts: Script[] }>(api(name, "scripts")),
    get<CallerIdPool>(api(name, "caller-ids")),
  ]);
  return { settings, scripts, pool };
}

interface Item {
  done: boolean;
  text: string;
  to: string;
}

function items(name: string, ready: Ready, live: LiveCampaign | undefined): Item[] {
  const { settings } = ready.settings;
  const numbers = ready.pool.pool.some((one) => one.active) || Boolean(settings.caller_id);
  return [
    { done: Boolean(settings.seller && (settings.subject || settings.offer)),
      text: t("ops.ready.seller"), to: pageOf(name, "settings") },
    { done: numbers && ready.pool.obstacles.length === 0, text: t("ops.ready.callerId"),
      to: pageOf(name, "callerIds") },
    { done: ready.scripts.length > 0, text: t("ops.ready.script"), to: pageOf(name, "script") },
    { done: (live?.funnel?.loaded ?? 0) > 0, text: t("ops.ready.list"), to: pageOf(name, "lists") },
    { done: Boolean(settings.calling_hours), text: t("ops.ready.hours"),
      to: pageOf(name, "settings") },
  ];
}

function Readiness({ name, live }: TabProps) {
  const ready = useLoad(() => loadReady(name), [name]);
  if (ready.error !== null) {
    return <Fault error={ready.error} retry={ready.again} />;
  }
  const found = ready.value ? items(name, ready.value, live) : [];
  const missing = found.filter((item) => !item.done).length;
  return (
    <Section title={t("ops.ready")}
      hint={ready.value && (missing ? t("ops.ready.missing", { n: missing }) : t("ops.ready.all"))}>
      <ul class="ops-list">
        {found.map((item) => (
          <li key={item.text}>
            <Badge tone={item.done ? "good" : "warn"}>
              {t(item.done ? "ops.ready.yes" : "ops.ready.no")}
            </Badge>{" "}
            {item.done ? item.text : <Link to={item.to}>{item.text}</Link>}
          </li>
        ))}
      </ul>
      {ready.value && sayAll(ready.value.pool.obstacles_said, ready.value.pool.obstacles).map((text) => <p key={text} class="fault">{text}</p>)}
      {ready.value?.settings.first_call_at && (
        <p class="hint">
          {t("ops.ready.firstCall")} <Time at={ready.value.settings.first_call_at} />
        </p>
      )}
    </Section>
  );
}

function Figures({ live }: { live: LiveCampaign }) {
  const agents = live.pool?.agents ?? live.agents;
  const rows: [string, number | string][] = [
    [t("ops.now.ready"), agents.ready],
    [t("ops.now.talking"), agents.talking + agents.reserved],
    [t("ops.now.wrapUp"), agents.wrap_up],
    [t("ops.now.paused"), agents.paused],
    [t("ops.now.ringing"), live.lines.dialing + live.lines.ringing + live.lines.committing],
    [t("ops.now.attempts"), live.attempts],
    [t("ops.now.answered"), live.answered],
    [t("ops.now.abandoned"), live.abandoned],
  ];
  return (
    <Section title={t("ops.now")} hint={t("ops.now.hint")}>
      <dl class="ops-figures">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{typeof value === "number" ? number(value) : value}</dd>
          </div>
        ))}
      </dl>
      {live.pool && <p class="hint">{t("ops.now.pool", { pool: live.pool.name })}</p>}
    </Section>
  );
}

function periodText(period: LegalPeriod): string {
  return t(`ops.period.${period.period}`, { n: period.days });
}

function Budget({ periods }: { periods: LegalPeriod[] }) {
  return (
    <Section title={t("ops.budget")} hint={t("ops.budget.hint")}>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.budget")}>
        <table>
          <caption class="ops-hidden">{t("ops.budget")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("ops.budget.period")}</th>
              <th scope="col" class="number">{t("ops.now.answered")}</th>
              <th scope="col" class="number">{t("ops.now.abandoned")}</th>
              <th scope="col" class="number">{t("ops.budget.share")}</th>
              <th scope="col" class="number">{t("ops.budget.left")}</th>
            </tr>
          </thead>
          <tbody>
            {periods.map((one) => (
              <tr key={`${one.period}${one.days}`}>
                <th scope="row">{periodText(one)} <span class="quiet ops-nowrap">{one.from}</span></th>
                <td class="number">{number(one.answered)}</td>
                <td class="number">{number(one.abandoned)}</td>
                <td class="number">
                  {one.answered > 0 ? share(one.abandoned / one.answered, 2) : "–"}
                  {" "}<span class="quiet">/ {share(one.cap)}</span>
                </td>
                <td class="number">
                  {one.met ? number(Math.floor(one.left))
                    : <Badge tone="bad">{t("ops.budget.missed")}</Badge>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

export function OverviewTab({ name, live }: TabProps) {
  return (
    <div class="grid ops-wide">
      <Readiness name={name} live={live} />
      {live && <Figures live={live} />}
      {live?.funnel && <FunnelShort name={name} funnel={live.funnel} />}
      {live && live.budget.length > 0 && <Budget periods={live.budget} />}
    </div>
  );
}
