// Every change of a campaign's settings: who, when, before and after, and the way back.

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../../api";
import { Fault, Time, useLoad } from "../../parts/basics";
import { t } from "../../text";
import { Badge, Confirmed, Done, Empty, Section } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, wordsFor } from "./room";
import { labelOf, valueText } from "./setting_words";
import type { Change } from "./types";

const page = 30;

export function HistoryTab({ name }: TabProps) {
  const [before, setBefore] = useState<number[]>([]);
  const [told, setTold] = useState("");
  const last = before[before.length - 1];
  const found = useLoad(() => get<{ changes: Change[]; next_before: number | null }>(
    api(name, "history"), { limit: page, before: last }), [name, last]);
  const { changes, next_before: next = null } = found.value ?? {};
  const done = (text: string) => {
    setTold(text);
    found.again();
  };
  return (
    <Section title={t("ops.tab.history")} hint={t("ops.history.hint")}>
      <Done text={told} />
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {changes?.length === 0 && <Empty><p>{t("ops.history.none")}</p></Empty>}
      {changes && changes.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.tab.history")}>
          <table>
            <caption class="ops-hidden">{t("ops.tab.history")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("ops.at")}</th>
                <th scope="col">{t("ops.by")}</th>
                <th scope="col">{t("ops.history.what")}</th>
                <th scope="col">{t("ops.history.fields")}</th>
                {mayChange() && <th scope="col">{t("ops.actions")}</th>}
              </tr>
            </thead>
            <tbody>
              {changes.map((one) => <Row key={one.id} change={one} done={done} />)}
            </tbody>
          </table>
        </div>
      )}
      {(before.length > 0 || next !== null) && (
        <p class="row">
          <button type="button" disabled={before.length === 0}
            onClick={() => setBefore(before.slice(0, -1))}>{t("ops.newer")}</button>
          <button type="button" disabled={next === null}
            onClick={() => next !== null && setBefore([...before, next])}>{t("ops.older")}</button>
        </p>
      )}
    </Section>
  );
}

function Row({ change, done }: { change: Change; done: (text: string) => void }) {
  return (
    <tr>
      <td><Time at={change.at} /></td>
      <td>{change.by}</td>
      <td>
        {wordsFor("table", change.table)}
        {change.table !== "campaigns" && <div class="quiet">{change.key}</div>}
        <div class="quiet">{t(`ops.history.${change.kind}`)}</div>
        {change.reverts !== null && <Badge tone="plain">{t("ops.history.reverts")}</Badge>}
        {change.reverted_by !== null && <Badge tone="warn">{t("ops.history.reverted")}</Badge>}
      </td>
      <td>
        {change.kind === "changed" ? <Fields change={change} /> : (
          <details>
            <summary>{t("ops.history.values", { n: change.fields.length })}</summary>
            <Fields change={change} />
          </details>
        )}
      </td>
      {mayChange() && (
        <td>{change.reverted_by === null && <Revert change={change} done={done} />}</td>
      )}
    </tr>
  );
}

function Fields({ change }: { change: Change }) {
  const label = (field: string) => field === "priority" && change.table === "lists"
    ? t("ops.list.priority") : labelOf(field);
  return (
    <ul class="ops-list">
      {change.fields.map((one) => (
        <li key={one.field}>
          <strong>{label(one.field)}:</strong>{" "}
          {change.kind !== "made" && <><del>{valueText(one.field, one.before)}</del>{" "}</>}
          {change.kind === "changed" && <span aria-hidden="true">→ </span>}
          {change.kind !== "removed" && <ins>{valueText(one.field, one.after)}</ins>}
        </li>
      ))}
    </ul>
  );
}

/** Takes a change back; when later ones touched the same fields, it asks once more. */
function Revert({ change, done }: { change: Change; done: (text: string) => void }) {
  const [touched, setTouched] = useState(false);
  const revert = async () => {
    try {
      await post(`/api/settings/${change.id}/revert`, { force: touched });
      done(t("ops.history.done"));
    } catch (error) {
      setTouched(error instanceof ApiError && error.status === 409);
      throw error;
    }
  };
  return (
    <Confirmed button={t("ops.history.revert")} title={t("ops.history.revert")}
      yes={touched ? t("ops.history.force") : undefined} run={revert}
      effect={(
        <>
          <p>{t("ops.history.effect")}</p>
          {touched && <p class="fault">{t("ops.history.touched")}</p>}
          <ul>
            {change.fields.map((one) => (
              <li key={one.field}>
                {labelOf(one.field)}: <strong>{valueText(one.field, one.before)}</strong>
              </li>
            ))}
          </ul>
        </>
      )} />
  );
}
