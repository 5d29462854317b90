// The lists of a campaign: how much of each is dialed and in which order; single leads that come
// by themselves; its imports.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { number, t } from "../../text";
import { Badge, Done, Empty, Section } from "./bits";
import type { TabProps } from "./campaign";
import { HotLead } from "./hot_lead";
import { History } from "./lists";
import { api, mayChange, useEvery } from "./room";
import type { LeadList } from "./types";

export function ListsTab({ name }: TabProps) {
  const found = useLoad(() => get<{ lists: LeadList[] }>(api(name, "lists")), [name]);
  useEvery(5000, found.again);
  const [told, setTold] = useState("");
  const lists = found.value?.lists.filter((one) => one.kind !== "by_hand") ?? [];
  const changed = (list: LeadList) => {
    setTold(t("ops.list.changed", { list: list.file_name }));
    found.again();
  };
  return (
    <>
      <Section title={t("ops.lists")} hint={t("ops.lists.hint")}>
        {found.error !== null && <Fault error={found.error} retry={found.again} />}
        {found.value && lists.length === 0 && <Empty><p>{t("ops.lists.none")}</p></Empty>}
        {lists.length > 0 && <Lists lists={lists} changed={changed} />}
        <Done text={told} />
        {mayChange() && (
          <p>
            <Link class="ops-button" to={`/lists?campaign=${encodeURIComponent(name)}`}>
              {t("ops.do.import")}
            </Link>
          </p>
        )}
      </Section>
      {mayChange() && <HotLead name={name} />}
      <Section title={t("ops.import.history")}><History campaign={name} turn={0} /></Section>
    </>
  );
}

function Lists({ lists, changed }: { lists: LeadList[]; changed: (list: LeadList) => void }) {
  const whole = lists.reduce((sum, one) => sum + (one.status === "active" ? one.weight : 0), 0);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.lists")}>
      <table>
        <caption class="ops-hidden">{t("ops.lists")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("ops.list")}</th>
            <th scope="col">{t("ops.state")}</th>
            <th scope="col" class="number">{t("ops.leads")}</th>
            <th scope="col" class="number">{t("ops.list.ready")}</th>
            <th scope="col">{t("ops.list.weight")}</th>
            <th scope="col">{t("ops.list.priority")}</th>
            <th scope="col">{t("ops.list.imported")}</th>
          </tr>
        </thead>
        <tbody>
          {lists.map((list) => (
            <Row key={list.id} list={list} whole={whole} changed={changed} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { list: LeadList; whole: number; changed: (list: LeadList) => void }) {
  const { list, whole } = props;
  const [error, setError] = useState<unknown>(null);
  const save = (part: { weight?: number; priority?: number }) => {
    setError(null);
    post<LeadList>(`/api/lists/${list.id}`, part).then(props.changed, setError);
  };
  const on = list.status === "active" && list.weight > 0;
  return (
    <tr>
      <th scope="row">
        {list.kind === "api" ? t("ops.list.api") : list.file_name}{" "}
        <span class="quiet">{list.source}</span>
        {error !== null && <Fault error={error} />}
      </th>
      <td>
        <Badge tone={on ? "good" : "warn"}>
          {list.status === "active" ? t(on ? "ops.list.active" : "ops.list.off")
            : t(list.status === "loading" ? "ops.list.loading" : "ops.list.undone")}
        </Badge>
      </td>
      <td class="number">{number(list.leads)}</td>
      <td class="number">{number(list.ready)}</td>
      <td>
        <Few label={t("ops.list.weightOf", { list: list.file_name })} value={list.weight} max={100}
          disabled={list.status === "undone"} save={(weight) => save({ weight })} />
        {on && whole > 0 && (
          <span class="quiet"> {Math.round((list.weight / whole) * 100)} %</span>
        )}
      </td>
      <td>
        <Few label={t("ops.list.priorityOf", { list: list.file_name })} value={list.priority}
          max={9} disabled={list.status === "undone"} save={(priority) => save({ priority })} />
      </td>
      <td><Time at={list.imported_at} seconds={false} /></td>
    </tr>
  );
}

/** A small whole number that is kept when one leaves it or presses Enter. */
function Few(props: { label: string; value: number; max: number; disabled: boolean;
  save: (value: number) => void }) {
  const keep = (input: HTMLInputElement) => {
    const value = input.valueAsNumber;
    if (Number.isInteger(value) && value >= 0 && value <= props.max) {
      if (value !== props.value) {
        props.save(value);
      }
    } else {
      input.value = String(props.value);
    }
  };
  return (
    <input class="ops-few" type="number" min={0} max={props.max} aria-label={props.label}
      defaultValue={String(props.value)} disabled={props.disabled || !mayChange()}
      onChange={(event) => keep(event.currentTarget)} />
  );
}
