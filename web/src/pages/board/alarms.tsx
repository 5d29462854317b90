// What somebody has to look at, the worst first.

import { useEffect, useState } from "preact/hooks";

import { get, user } from "../../api";
import { instant, language, phone, share, t } from "../../text";
import { reasonsOf } from "./campaigns";
import { type Scope, shareOf, standingOf } from "./scope";
import { now } from "./state";
import type { AuditStanding, CallerIdAlarm, ListState, Live, LiveCampaign } from "./types";
import { day, named, periodName } from "./words";

interface Alarm {
  key: string;
  bad: boolean;
  text: string;
}

// A campaign waits for these many times a day; nobody has to do anything about them.
const ordinary = [
  /^no agent is (signed in|ready)$/, /^no lead is due$/, /lines? .*in use$/,
  /^the leads that are due are where calling is not allowed now$/,
];

/** Records wait for a signature for seconds; this long says that nobody signs. */
const UNSIGNED_MS_MAX = 5 * 60_000;
const DAY_MS = 86_400_000;
/** Alarms at once; bad ones are shown however many they are. */
const SHOWN_MAX = 5;
/** A newer version of a list takes somebody a working day to get. */
const LIST_DAYS_MIN = 3;

function ofCampaign(campaign: LiveCampaign): Alarm[] {
  const reasons = reasonsOf(campaign)
    .filter((reason) => !ordinary.some((pattern) => pattern.test(reason)));
  if (reasons.length === 0) {
    return [];
  }
  const values = { campaign: campaign.name, reasons: reasons.join("; ") };
  return [{
    key: `campaign ${campaign.id}`, bad: campaign.running,
    text: t(campaign.running ? "board.alarm.held" : "board.alarm.stopped", values),
  }];
}

function ofLaw(campaign: LiveCampaign): Alarm[] {
  return (campaign.budget ?? []).filter((period) => standingOf(period) !== "met").map((period) => ({
    key: `law ${campaign.id} ${period.rule} ${period.period} ${period.days} ${period.cap}`,
    bad: !period.met,
    text: t(period.met ? "board.alarm.near" : "board.alarm.over", {
      campaign: campaign.name, share: share(shareOf(period), 2), cap: share(period.cap),
      period: periodName(period, language.value),
    }),
  }));
}

/** One for each number, in however many campaigns it is shown. */
function ofCallerIds(campaigns: LiveCampaign[]): Alarm[] {
  const found = new Map<string, { number: string; why: string; names: string[] }>();
  for (const campaign of campaigns) {
    for (const { number, why } of (campaign.caller_ids ?? []).filter((one) => !one.usable)) {
      const key = `${number} ${why}`;
      const one = found.get(key) ?? { number, why, names: [] };
      found.set(key, { ...one, names: [...one.names, campaign.name] });
    }
  }
  return [...found].map(([key, { number, why, names }]) => ({
    key: `caller id ${key}`, bad: false,
    text: t("board.alarm.callerId", { number: phone(number), campaign: names.join(", "), why }),
  }));
}

function ofFloor(live: Live, scope: Scope): Alarm[] {
  const alarms: Alarm[] = [];
  if (!live.store.available) {
    alarms.push({ key: "store", bad: true, text: t("board.alarm.store") });
  }
  if (live.store.opt_outs_refused > 0) {
    alarms.push({ key: "opt-outs", bad: true,
      text: t("board.alarm.optOuts", { n: live.store.opt_outs_refused }) });
  }
  for (const trunk of live.trunks.filter((one) => !one.up)) {
    alarms.push({ key: `trunk ${trunk.name}`, bad: true,
      text: t("board.alarm.trunk", { trunk: trunk.name, why: trunk.why }) });
  }
  const away = scope.agents.filter((one) => one.state !== "offline" && one.phone !== "registered");
  if (away.length > 0) {
    alarms.push({ key: "phones", bad: false, text: t("board.alarm.phones",
      { n: away.length, names: away.slice(0, 5).map((one) => one.name).join(", ") }) });
  }
  return alarms;
}

function ofAudit(audit: AuditStanding | null): Alarm[] {
  if (!audit) {
    return [];
  }
  if (!audit.key) {
    return [{ key: "key", bad: false, text: t("board.alarm.noKey") }];
  }
  const since = audit.oldest_waiting === null ? now.value : Date.parse(audit.oldest_waiting);
  return now.value - since < UNSIGNED_MS_MAX ? [] : [{ key: "unsigned", bad: true,
    text: t("board.alarm.unsigned",
      { n: audit.waiting, since: instant(new Date(since), undefined, false) }) }];
}

function ofNumbers(alarms: CallerIdAlarm[], scope: Scope): Alarm[] {
  const names = new Map(scope.campaigns.map((one) => [one.id, one.name]));
  const recent = alarms.filter((one) =>
    names.has(one.campaign) && now.value - Date.parse(one.at) < DAY_MS);
  return recent.slice(0, 5).map((one) => ({ key: `number ${one.id}`, bad: false,
    text: t("board.alarm.number", {
      number: phone(one.number), campaign: names.get(one.campaign) ?? "",
      signal: named("board.signal", one.signal), detail: one.detail,
      at: instant(one.at, undefined, false),
    }) }));
}

/** Lists that are too old, and those that will be within days. */
function ofLists(lists: ListState[]): Alarm[] {
  return lists.flatMap((list) => {
    const until = list.good_until;
    const soon = until !== null && Date.parse(until) - now.value < LIST_DAYS_MIN * DAY_MS;
    return until === null || !(list.stale || soon) ? [] : [{
      key: `list ${list.name}`, bad: list.stale,
      text: t(list.stale ? "board.alarm.staleList" : "board.alarm.listSoon",
        { name: list.name, day: day(until, language.value) }),
    }];
  });
}

/** Asks now and then, and only while somebody looks. */
function useEvery<T>(seconds: number, ask: () => Promise<T>): T | null {
  const [value, setValue] = useState<T | null>(null);
  useEffect(() => {
    let over = false;
    const again = () => {
      if (!document.hidden) {
        // What cannot be had now is asked again; that the engine is away is said elsewhere.
        ask().then((found) => over || setValue(() => found), () => undefined);
      }
    };
    again();
    const timer = window.setInterval(again, seconds * 1000);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, []);
  return value;
}

/** `whole`: those that are not shown at once can be opened; nobody opens them on a wall. */
export function Alarms(props: { live: Live; scope: Scope; whole?: boolean }) {
  const { live, scope } = props;
  const readsAudit = user.value?.role !== "ops";
  const audit = useEvery(30, () => readsAudit
    ? get<AuditStanding>("/api/audit/head") : Promise.resolve(null));
  const numbers = useEvery(60, () =>
    get<{ alarms: CallerIdAlarm[] }>("/api/caller-id-alarms", { limit: 50 }));
  const lists = useEvery(60, () => get<{ lists: ListState[] }>("/api/suppression-lists"));
  const alarms = [
    ...ofFloor(live, scope),
    ...ofLists(lists?.lists ?? []),
    ...scope.campaigns.flatMap((one) => [...ofLaw(one), ...ofCampaign(one)]),
    ...ofCallerIds(scope.campaigns),
    ...ofAudit(audit),
    ...ofNumbers(numbers?.alarms ?? [], scope),
  ].sort((one, other) => Number(other.bad) - Number(one.bad));
  const shown = Math.max(SHOWN_MAX, alarms.filter((one) => one.bad).length);
  const rest = alarms.slice(shown);
  return (
    <section class="board-alarms" aria-label={t("board.alarms.title")}>
      <ul aria-live="polite" aria-relevant="additions">
        {alarms.length === 0 && (
          <li data-state="met"><span aria-hidden="true">✓ </span>{t("board.alarms.none")}</li>
        )}
        {alarms.slice(0, shown).map((alarm) => <AlarmItem key={alarm.key} alarm={alarm} />)}
      </ul>
      {rest.length > 0 && (props.whole ? (
        <details>
          <summary>{t("board.alarms.more", { n: rest.length })}</summary>
          <ul>{rest.map((alarm) => <AlarmItem key={alarm.key} alarm={alarm} />)}</ul>
        </details>
      ) : <p class="quiet">{t("board.alarms.more", { n: rest.length })}</p>)}
    </section>
  );
}

function AlarmItem(props: { alarm: Alarm }) {
  const { bad, text } = props.alarm;
  return (
    <li data-state={bad ? "over" : "near"}>
      <span aria-hidden="true">{bad ? "✖ " : "▲ "}</span>
      <strong>{t(bad ? "board.alarms.bad" : "board.alarms.warn")}</strong> {text}
    </li>
  );
}
