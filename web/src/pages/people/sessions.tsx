// Open sessions: where somebody is signed in, and ending that.

import { get, post } from "../../api";
import { Action, Fault, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { t } from "../../text";
import { Mark, usePages } from "../compliance/parts";
import type { OpenSession } from "./types";

/** Those of everybody (of whom one may see), or one's own; `changed` asks anew. */
export function Sessions(props: { all?: boolean; of?: string; changed?: unknown }) {
  const { value, error, again } = useLoad(
    () => get<{ sessions: OpenSession[] }>("/api/sessions"), [props.changed]);
  const rows = (value?.sessions ?? []).filter((session) => !props.of || session.user === props.of);
  const { shown, pager } = usePages(rows);
  const end = (id: number) => post(`/api/sessions/${id}/revoke`).then(again);
  return (
    <section class="card titled">
      <h2>
        {props.all ? t("office.people.allSessions") : t("office.people.yourSessions")}
      </h2>
      <p class="hint">{t("office.people.sessionsHint")}</p>
      {error !== null && <Fault error={error} retry={again} />}
      <Table caption={t("office.people.sessions")} rows={shown} keyOf={(session) => session.id}
        columns={columns(end, props.all ?? false)} none={value ? t("office.people.noSessions")
          : t("app.loading")} />
      {pager}
    </section>
  );
}

function columns(end: (id: number) => Promise<unknown>, all: boolean): ColumnOf<OpenSession>[] {
  const whose: ColumnOf<OpenSession> = { name: "user", title: t("office.people.name"),
    by: (session) => session.user, cell: (session) => session.user };
  return [
    ...(all ? [whose] : []),
    { name: "at", title: t("office.people.since"), by: (session) => session.at,
      cell: (session) => <Time at={session.at} seconds={false} /> },
    { name: "seen", title: t("office.people.lastUsed"), by: (session) => session.seen_at,
      cell: (session) => <Time at={session.seen_at} seconds={false} /> },
    { name: "address", title: t("office.people.address"), by: (session) => session.address,
      cell: (session) => session.address },
    { name: "browser", title: t("office.people.browser"), by: (session) => session.browser,
      cell: (session) => shortName(session.browser) },
    { name: "end", title: t("office.people.end"),
      cell: (session) => (session.current ? <Mark kind="good">{t("office.people.thisOne")}</Mark>
        : <Action run={() => end(session.id)}>{t("office.people.end")}</Action>) },
  ];
}

/** "Firefox 128 (Linux)" out of what a browser says of itself; else that, cut. */
function shortName(browser: string): string {
  const name = /(Firefox|Edg|OPR|Chrome|Version)\/(\d+)/.exec(browser);
  const system = /(Windows|Mac OS|Android|iPhone|iPad|Linux)/.exec(browser);
  if (!name) {
    return browser.slice(0, 60);
  }
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  return `${names[name[1] as string] ?? name[1]} ${name[2]}${system ? ` (${system[1]})` : ""}`;
}
