// The calls that this agent has promised, between two calls.

import { useEffect, useState } from "preact/hooks";

import { get } from "../../api";
import { Fault, Time } from "../../parts/basics";
import { Table, type ColumnOf } from "../../parts/table";
import { phone, t } from "../../text";
import { desk } from "./state";
import type { Callback } from "./types";

const PAGE = 10;
const AGAIN_MS = 60_000;

const columns = (): ColumnOf<Callback>[] => [
  { name: "due", title: t("desk.due"), by: (row) => row.due, cell: (row) => (
    <>
      <Time at={row.due} seconds={false} />
      {row.missed && <strong class="warn"> {t("desk.missed")}</strong>}
    </>
  ) },
  { name: "name", title: t("desk.name"), by: (row) => row.name, cell: (row) => row.name },
  { name: "number", title: t("desk.number"), cell: (row) => phone(row.number) },
  { name: "campaign", title: t("desk.campaign"), by: (row) => row.campaign,
    cell: (row) => row.campaign },
  { name: "note", title: t("desk.note"), cell: (row) => row.note },
];

export function OwnCallbacks() {
  const [rows, setRows] = useState<Callback[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [page, setPage] = useState(0);
  const load = () => {
    if (!document.hidden) {
      setError(null);
      get<{ callbacks: Callback[] }>("/api/callbacks")
        .then((found) => setRows(found.callbacks), setError);
    }
  };
  useEffect(() => {
    load();
    const timer = setInterval(load, AGAIN_MS);
    return () => clearInterval(timer);
  }, [desk.value?.state]);
  const pages = Math.max(1, Math.ceil((rows?.length ?? 0) / PAGE));
  const at = Math.min(page, pages - 1);
  return (
    <section class="card" aria-labelledby="callbacks-title">
      <h2 id="callbacks-title">{t("desk.ownCallbacks")}</h2>
      {error !== null && <Fault error={error} retry={load} />}
      {rows && (
        <Table caption={t("desk.ownCallbacksCaption")} columns={columns()} keyOf={(row) => row.id}
          rows={rows.slice(at * PAGE, (at + 1) * PAGE)} none={t("desk.ownCallbacksNone")} />
      )}
      {pages > 1 && (
        <p class="row">
          <button type="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
            {t("desk.pageBack")}
          </button>
          <span>{t("desk.page", { page: at + 1, pages })}</span>
          <button type="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            {t("desk.pageOn")}
          </button>
        </p>
      )}
    </section>
  );
}
