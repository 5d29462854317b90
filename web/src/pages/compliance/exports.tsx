// Files to hand out: the audit log with its proofs, the dial log.

import { useState } from "preact/hooks";

import { Choice, Field, Link } from "../../parts/basics";
import { t } from "../../text";
import "./office.css";
import { CompliancePage, dayFromNow, dayStart, Download, mayAct, withClock } from "./parts";
import { CampaignChoice, Period } from "./period";

export default withClock(Exports);

function Exports() {
  return (
    <CompliancePage title={t("office.exports")}>
      {mayAct() && <AuditExport />}
      <LogExport />
      <section class="card">
        <h2>{t("office.moreExports")}</h2>
        <ul>
          <li><Link to="/compliance/numbers">{t("office.keepDossier")}</Link></li>
          <li><Link to="/compliance/opt-outs">{t("office.optOuts")}</Link></li>
          <li><Link to="/compliance/abandonment">{t("office.abandonment")}</Link></li>
        </ul>
      </section>
    </CompliancePage>
  );
}

type Filter = "none" | "campaign" | "number";

function AuditExport() {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [filter, setFilter] = useState<Filter>("none");
  const [campaign, setCampaign] = useState("");
  const [number, setNumber] = useState("");
  const lacks = (filter === "campaign" && campaign === "") ||
    (filter === "number" && number.trim() === "");
  const params = { from: dayStart(from), to: dayStart(to, 1),
    campaign: filter === "campaign" ? campaign : undefined,
    number: filter === "number" ? number.trim() : undefined, all_heads: "true" };
  return (
    <section class="card" aria-labelledby="export-audit">
      <h2 id="export-audit">{t("office.auditExport")}</h2>
      <p class="hint">{t("office.auditExportHint")}</p>
      <div class="fields">
        <Period from={from} to={to} onFrom={setFrom} onTo={setTo} />
        <Choice<Filter> label={t("office.filter")} value={filter} onChange={setFilter}
          options={[["none", t("office.everything")], ["campaign", t("office.campaign")],
            ["number", t("office.number")]]} />
        {filter === "campaign" && (
          <CampaignChoice value={campaign} onChange={setCampaign} all={t("office.choose")} />
        )}
        {filter === "number" && (
          <Field label={t("office.number")} value={number} onInput={setNumber} type="tel" />
        )}
      </div>
      {filter !== "none" && <p class="hint">{t("office.filterHint")}</p>}
      <Download address="/api/audit/export" params={params} name="audit.jsonl" disabled={lacks}>
        {t("office.auditExport")}
      </Download>
    </section>
  );
}

function LogExport() {
  const [from, setFrom] = useState(dayFromNow(-1));
  const [to, setTo] = useState(dayFromNow(0));
  const [campaign, setCampaign] = useState("");
  const params = { from: dayStart(from), to: dayStart(to, 1), campaign: campaign || undefined };
  return (
    <section class="card" aria-labelledby="export-log">
      <h2 id="export-log">{t("office.logExport")}</h2>
      <p class="hint">{t("office.logExportHint")}</p>
      <div class="fields">
        <Period from={from} to={to} onFrom={setFrom} onTo={setTo} />
        <CampaignChoice value={campaign} onChange={setCampaign} />
      </div>
      <Download address="/api/log" params={{ ...params, format: "csv" }} name="log.csv"
        disabled={from === ""}>{t("office.csv")}</Download>
      <Download address="/api/log" params={{ ...params, format: "jsonl" }} name="log.jsonl"
        disabled={from === ""}>{t("office.jsonl")}</Download>
    </section>
  );
}
