// What came of one import: counts, refusals by reason, the scrub report, and the way back.

import { get, post } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { number, t } from "../../text";
import { Confirmed, Room, Section } from "./bits";
import { ImportStatus } from "./lists";
import "./ops.css";
import { mayChange, pageOf, useEvery, wordsFor } from "./room";
import { ScrubReport } from "./scrub";
import type { Import } from "./types";
import { size } from "./upload";

export default function ImportPage({ parts }: { parts: Record<string, string> }) {
  const id = parts.id ?? "";
  const found = useLoad(() => get<Import>(`/api/imports/${id}`), [id]);
  useEvery(5000, () => found.value?.status === "running" && found.again());
  return (
    <Room>
      <p class="ops-back"><Link to="/lists">← {t("nav.lists")}</Link></p>
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {found.value ? <Report record={found.value} again={found.again} />
        : found.error === null && <p class="quiet" role="status">{t("app.loading")}</p>}
    </Room>
  );
}

function Report({ record, again }: { record: Import; again: () => void }) {
  const refused = `/api/imports/${record.id}/refused`;
  return (
    <>
      <div class="ops-head">
        <h1>{record.file}</h1>
        <p role="status"><ImportStatus status={record.status} /></p>
        {mayChange() && <Ways record={record} again={again} />}
      </div>
      {record.status === "held" && <p class="card ops-notice">{t("ops.import.heldText")}</p>}
      {record.error && <p class="card fault" role="alert">{record.error}</p>}
      {record.undone_at && (
        <p class="card ops-notice">
          {t("ops.import.undoneBy", { by: record.undone_by, back: record.taken_back,
            kept: record.kept })} <Time at={record.undone_at} />
        </p>
      )}
      <div class="grid">
        <Facts record={record} />
        <Section title={t("ops.import.refusals")}>
          <Counts caption={t("ops.import.refusalsBy")} counts={record.refused}
            none={t("ops.import.noRefusals")} />
          {Object.keys(record.warnings).length > 0 && (
            <Counts caption={t("ops.import.warningsBy")} counts={record.warnings} none="" />
          )}
          {(record.refused_total > 0 || Object.keys(record.warnings).length > 0) && (
            <p><a class="ops-button" href={refused} download>{t("ops.import.download")}</a></p>
          )}
        </Section>
        <Section title={t("ops.map.columns")}>
          <ul>{record.columns.map((one) => <li key={one}>{one.replace(" -> ", " → ")}</li>)}</ul>
          {record.notices.map((one) => <p key={one} class="hint">{one}</p>)}
        </Section>
      </div>
      {record.scrub && <ScrubReport scrub={record.scrub} />}
    </>
  );
}

function Ways({ record, again }: { record: Import; again: () => void }) {
  const act = (verb: string) => async () => {
    await post(`/api/imports/${record.id}/${verb}`);
    again();
  };
  return (
    <div class="row">
      {record.status === "held" && (
        <Confirmed class="main" button={t("ops.import.accept")} title={t("ops.import.accept")}
          effect={t("ops.import.acceptEffect",
            { n: record.accepted, campaign: record.campaign })}
          run={act("accept")} />
      )}
      {(record.status === "done" || record.status === "held") && record.list !== null && (
        <Confirmed button={t("ops.import.undo")} title={t("ops.import.undo")}
          effect={t("ops.import.undoEffect", { n: record.accepted })} run={act("undo")} />
      )}
    </div>
  );
}

function Facts({ record }: { record: Import }) {
  const rows: [string, preact.ComponentChildren][] = [
    [t("ops.campaign"), <Link to={pageOf(record.campaign)}>{record.campaign}</Link>],
    [t("ops.import.rows"), number(record.rows)],
    [t("ops.import.accepted"), number(record.accepted)],
    [t("ops.import.refused"), number(record.refused_total)],
    [t("ops.import.consents"), number(record.consents)],
    [t("ops.import.source"), record.source || "–"],
    [t("ops.by"), record.by],
    [t("ops.at"), <Time at={record.started_at} />],
    [t("ops.import.size"), size(record.bytes)],
    ["SHA-256", <span class="ops-code ops-break">{record.sha256}</span>],
  ];
  return (
    <Section title={t("ops.import.facts")}>
      <dl class="ops-pairs">
        {rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
    </Section>
  );
}

function Counts(props: { caption: string; counts: Record<string, number>; none: string }) {
  const rows = Object.entries(props.counts).sort(([, one], [, other]) => other - one);
  if (rows.length === 0) {
    return <p class="quiet">{props.none}</p>;
  }
  return (
    <table>
      <caption class="quiet">{props.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t("ops.map.why")}</th>
          <th scope="col" class="number">{t("ops.import.rows")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([reason, count]) => (
          <tr key={reason}>
            <th scope="row">{wordsFor("refusal", reason)}</th>
            <td class="number">{number(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
