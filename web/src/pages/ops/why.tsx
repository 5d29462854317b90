// Why one lead is not dialed, or why it was: asked by number, by the list owner's id, or by ours.

import { useState } from "preact/hooks";

import { get } from "../../api";
import { Choice, Fault, Field, useLoad } from "../../parts/basics";
import { go, search } from "../../route";
import { t } from "../../text";
import { Empty, Room, Section } from "./bits";
import "./ops.css";
import { WhyAnswer } from "./why_answer";
import type { Why } from "./types";

const ways = ["number", "external_id", "lead"] as const;
type Way = (typeof ways)[number];

/** What is asked stands in the address, so that it can be sent to somebody. */
function asked(): { way: Way; text: string; campaign: string; at: string } {
  const given = search.value;
  const way = ways.find((one) => given.get(one)) ?? "number";
  return { way, text: given.get(way) ?? "", campaign: given.get("campaign") ?? "",
    at: given.get("at") ?? "" };
}

async function answer(): Promise<Why[] | null> {
  const { way, text, campaign, at } = asked();
  if (!text) {
    return null;
  }
  if (way === "lead") {
    return [await get<Why>(`/api/leads/${encodeURIComponent(text)}/why`, { at })];
  }
  return (await get<{ whys: Why[] }>("/api/why", { [way]: text, campaign, at })).whys;
}

export default function WhyPage() {
  const address = search.value.toString();
  const found = useLoad(answer, [address]);
  return (
    <Room>
      <h1>{t("ops.why.title")}</h1>
      <Form key={address} />
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      <div role="status">
        {found.value?.length === 0 && <Empty><p>{t("ops.why.nobody")}</p></Empty>}
        {found.value && found.value.length > 1 && (
          <p>{t("ops.why.several", { n: found.value.length })}</p>
        )}
      </div>
      {found.value?.map((why) => (
        <WhyAnswer key={why.lead} why={why} again={found.again} />
      ))}
    </Room>
  );
}

function Form() {
  const before = asked();
  const [way, setWay] = useState<Way>(before.way);
  const [text, setText] = useState(before.text);
  const [campaign, setCampaign] = useState(before.campaign);
  const [at, setAt] = useState(before.at ? local(before.at) : "");
  const campaigns = useLoad(() => get<{ name: string }[]>("/api/campaigns"), []);

  const submit = (event: Event) => {
    event.preventDefault();
    const params = new URLSearchParams({ [way]: text.trim() });
    if (campaign && way !== "lead") {
      params.set("campaign", campaign);
    }
    if (at) {
      params.set("at", new Date(at).toISOString());
    }
    go(`/why?${params}`);
  };
  const labels = { number: t("ops.lead.phone"), external_id: t("ops.lead.external_id"),
    lead: t("ops.why.lead") };
  return (
    <Section title={t("ops.why.ask")} hint={t("ops.why.hint")}>
      <form class="ops-inline" onSubmit={submit}>
        <Choice<Way> label={t("ops.why.by")} value={way} onChange={setWay}
          options={ways.map((one) => [one, labels[one]] as const)} />
        <Field label={labels[way]} value={text} required onInput={setText} autocomplete="off"
          type={way === "number" ? "tel" : "text"} />
        {way !== "lead" && (
          <Choice label={t("ops.campaign")} value={campaign} onChange={setCampaign}
            options={[["", t("ops.all")],
              ...(campaigns.value ?? []).map((one) => [one.name, one.name] as const)]} />
        )}
        <Field label={t("ops.why.at")} type="datetime-local" value={at} onInput={setAt}
          hint={t("ops.why.atHint", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })} />
        <button class="main">{t("ops.why.find")}</button>
      </form>
    </Section>
  );
}

/** An instant as an input of the reader's own zone has it. */
function local(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
