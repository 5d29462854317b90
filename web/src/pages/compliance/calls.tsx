// Finding calls: by number, person, agent, campaign, time, result and disposition.

import { useEffect, useId, useState } from "preact/hooks";

import { get } from "../../api";
import { Choice, Fault, Field, Link, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { go, search } from "../../route";
import { duration, number, phone, t } from "../../text";
import "./office.css";
import { CompliancePage, dayFromNow, dayStart, toNumber, withClock, word } from "./parts";
import { CampaignChoice, Period } from "./period";
import type { CallPage, FoundCall } from "./types";

const results = ["answered", "bridged", "abandoned", "early_hangup", "no_answer", "busy",
  "rejected", "invalid_number", "congestion", "trunk_failure", "cancelled", "not_sent",
  "interrupted"] as const;
const names = ["number", "person", "agent", "campaign", "from", "to", "result",
  "disposition"] as const;
type Wish = Record<(typeof names)[number], string>;

/** What is asked stands in the address: it can be sent to somebody, and Back goes back. */
function wished(given: URLSearchParams): Wish {
  const wish = Object.fromEntries(names.map((name) => [name, given.get(name) ?? ""])) as Wish;
  const asked = names.some((name) => given.has(name));
  return asked ? wish : { ...wish, from: dayFromNow(-7) };
}

export default withClock(Calls);

function Calls() {
  const wish = wished(search.value);
  const key = JSON.stringify(wish);
  return (
    <CompliancePage title={t("office.calls")}>
      <Form key={key} wish={wish} />
      <Found key={`found ${key}`} wish={wish} />
    </CompliancePage>
  );
}

function Form(props: { wish: Wish }) {
  const [wish, setWish] = useState(props.wish);
  const set = (name: keyof Wish) => (value: string) => setWish({ ...wish, [name]: value });
  const codes = useLoad(() => get<string[]>("/api/disposition-codes"), []);
  const clear = () => {
    setWish(wished(new URLSearchParams()));
    go("/compliance");
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const given = names.filter((name) => wish[name].trim() !== "");
    const text = new URLSearchParams(given.map((name) => [name, wish[name].trim()])).toString();
    go(`/compliance?${text || "from="}`);
  };
  return (
    <form class="card" role="search" aria-label={t("office.search")} onSubmit={submit}>
      <div class="fields">
        <Field label={t("office.search.number")} value={wish.number} onInput={set("number")}
          type="tel" />
        <Field label={t("office.person")} value={wish.person} onInput={set("person")}
          hint={t("office.personHint")} />
        <AgentField value={wish.agent} onInput={set("agent")} />
        <CampaignChoice value={wish.campaign} onChange={set("campaign")} />
        <Period from={wish.from} to={wish.to} onFrom={set("from")} onTo={set("to")} />
        <Choice label={t("office.result")} value={wish.result} onChange={set("result")}
          options={[["", t("office.any")],
            ...results.map((result) => [result, word("outcome", result)] as const)]} />
        <Choice label={t("office.disposition")} value={wish.disposition}
          onChange={set("disposition")}
          options={[["", t("office.any")],
            ...(codes.value ?? []).map((code) => [code, code] as const)]} />
      </div>
      <div class="row">
        <button type="submit" class="main">{t("office.search.find")}</button>
        <button type="button" onClick={clear}>{t("office.clear")}</button>
      </div>
    </form>
  );
}

/** The agents that there are now are offered; anybody who ever was one can be typed. */
function AgentField(props: { value: string; onInput: (value: string) => void }) {
  const list = useId();
  const live = useLoad(() => get<{ agents: { name: string }[] }>("/api/live"), []);
  return (
    <>
      <Field label={t("office.agent")} value={props.value} onInput={props.onInput}
        list={list} />
      <datalist id={list}>
        {(live.value?.agents ?? []).map(({ name }) => <option key={name} value={name} />)}
      </datalist>
    </>
  );
}

function ask(wish: Wish, before?: string): Promise<CallPage> {
  return get<CallPage>("/api/calls", { ...wish, from: dayStart(wish.from),
    to: dayStart(wish.to, 1), before });
}

function Found(props: { wish: Wish }) {
  const [calls, setCalls] = useState<FoundCall[]>([]);
  const [page, setPage] = useState<CallPage | null>(null);
  const [looked, setLooked] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const more = async (before?: string) => {
    setBusy(true);
    setError(null);
    try {
      const next = await ask(props.wish, before);
      setCalls((found) => (before ? [...found, ...next.calls] : next.calls));
      setLooked((sum) => (before ? sum : 0) + next.looked_at);
      setPage(next);
    } catch (found) {
      setError(found);
    }
    setBusy(false);
  };
  useEffect(() => void more(), []);

  if (error !== null) {
    return <Fault error={error} retry={() => more(page?.next ?? undefined)} />;
  }
  const next = page?.next;
  return (
    <section class="card titled" aria-busy={busy}>
      <p role="status" class="quiet">
        {busy ? t("app.loading") : t("office.found", { n: calls.length,
          looked: number(looked) })}
        {!busy && next && page?.looked_back_to && (
          <> {t("office.lookedTo")} <Time at={page.looked_back_to} seconds={false} /></>
        )}
      </p>
      <Table caption={t("office.calls")} columns={columns()} rows={calls}
        keyOf={(call) => call.attempt}
        none={busy ? t("app.loading") : next ? t("office.noneYet") : t("office.noCalls")} />
      {next && (
        <p><button type="button" disabled={busy} onClick={() => more(next)}>
          {t("office.more")}
        </button></p>
      )}
    </section>
  );
}

function columns(): ColumnOf<FoundCall>[] {
  return [
    { name: "at", title: t("office.at"), by: (call) => call.at,
      cell: (call) => (
        <Link to={`/compliance/calls/${call.attempt}`}><Time at={call.at} /></Link>
      ) },
    { name: "number", title: t("office.number"), by: (call) => call.number,
      cell: (call) => (
        <Link to={toNumber(call.number)}>
          {phone(call.number)}
        </Link>
      ) },
    { name: "name", title: t("office.person"), by: (call) => call.name,
      cell: (call) => call.name || "–" },
    { name: "campaign", title: t("office.campaign"), by: (call) => call.campaign,
      cell: (call) => call.campaign },
    { name: "result", title: t("office.result"), by: (call) => resultOf(call),
      cell: (call) => word("outcome", resultOf(call)) },
    { name: "agent", title: t("office.agent"), by: (call) => call.agent,
      cell: (call) => call.agent ?? "–" },
    { name: "talk", title: t("office.talk"), by: (call) => call.talk_s, number: true,
      cell: (call) => (call.talk_s === null ? "–" : duration(call.talk_s)) },
    { name: "disposition", title: t("office.disposition"), by: (call) => call.disposition,
      cell: (call) => call.disposition ?? "–" },
  ];
}

/** What became of an answered call says more than that it was answered. */
function resultOf(call: FoundCall): string {
  return call.treatment && call.treatment !== "none" ? call.treatment : call.outcome ?? "open";
}
