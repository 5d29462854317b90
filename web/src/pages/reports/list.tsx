// The reports there are, each with what it tells.

import "./reports.css";

import { get } from "../../api";
import { Fault, Link, useLoad } from "../../parts/basics";
import { t } from "../../text";
import { aboutOf, titleOf } from "./names";
import type { ReportKind } from "./types";

export default function Reports() {
  const { value, error, again } = useLoad(() => get<{ reports: ReportKind[] }>("/api/reports"), []);
  return (
    <>
      <h1>{t("nav.reports")}</h1>
      {error !== null && <Fault error={error} retry={again} />}
      {!value && error === null && <p class="quiet" role="status">{t("app.loading")}</p>}
      {value && (
        <ul class="report-list">
          {value.reports.map((kind) => (
            <li key={kind.name} class="card">
              <h2><Link to={`/reports/${kind.name}`}>{titleOf(kind)}</Link></h2>
              <p>{aboutOf(kind)}</p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
