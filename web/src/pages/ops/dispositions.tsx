// What agents of a campaign may say of calls, and what each word does with the lead.

import { useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Choice, Dialog, Fault, Field, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { t } from "../../text";
import { Badge, Check, Done, Section } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, wordsFor } from "./room";
import { categories, type Disposition, leadActions } from "./types";

const fresh: Disposition = { code: "", campaign: null, label: "", category: "contact",
  lead_action: "finish", position: 0, active: true };

function columns(edit: (row: Disposition) => void): ColumnOf<Disposition>[] {
  const all: ColumnOf<Disposition>[] = [
    { name: "position", title: t("ops.dispositions.position"), number: true,
      by: (row) => row.position, cell: (row) => row.position },
    { name: "label", title: t("ops.dispositions.label"), by: (row) => row.label,
      cell: (row) => <>{row.label || row.code} <span class="quiet ops-code">{row.code}</span></> },
    { name: "category", title: t("ops.dispositions.category"), by: (row) => row.category,
      cell: (row) => t(`ops.category.${row.category}`) },
    { name: "action", title: t("ops.dispositions.action"), by: (row) => row.lead_action,
      cell: (row) => t(`ops.leadAction.${row.lead_action}`) },
    { name: "of", title: t("ops.retries.of"), by: (row) => row.campaign ?? "",
      cell: (row) => row.campaign ? t("ops.retries.own") : t("ops.retries.ofAll") },
    { name: "active", title: t("ops.state"), by: (row) => row.active ? 0 : 1,
      cell: (row) => row.active ? <Badge tone="good">{t("ops.inUse")}</Badge>
        : <Badge tone="plain">{t("ops.notInUse")}</Badge> },
  ];
  if (mayChange()) {
    all.push({ name: "do", title: t("ops.actions"), cell: (row) => (
      <button type="button" onClick={() => edit(row)}>
        {t("ops.edit")}<span class="ops-hidden"> {row.label || row.code}</span>
      </button>
    ) });
  }
  return all;
}

export function DispositionsTab({ name }: TabProps) {
  const found = useLoad(() => get<{ dispositions: Disposition[] }>(api(name, "dispositions")),
    [name]);
  const [edited, setEdited] = useState<Disposition | null>(null);
  const [told, setTold] = useState("");
  return (
    <Section class="ops-once" title={t("ops.tab.dispositions")} hint={t("ops.dispositions.hint")}>
      {found.error !== null && <Fault error={found.error} retry={found.again} />}
      {mayChange() && (
        <p><button type="button" class="main" onClick={() => setEdited(fresh)}>
          {t("ops.dispositions.add")}
        </button></p>
      )}
      <Done text={told} />
      {found.value && (
        <Table caption={t("ops.tab.dispositions")} columns={columns(setEdited)}
          rows={found.value.dispositions} keyOf={(row) => `${row.campaign ?? ""}/${row.code}`}
          sort="position" />
      )}
      {edited && (
        <Edit name={name} row={edited} close={() => setEdited(null)} done={() => {
          setEdited(null);
          setTold(t("ops.saved"));
          found.again();
        }} />
      )}
    </Section>
  );
}

function Edit(props: { name: string; row: Disposition; close: () => void; done: () => void }) {
  const isNew = props.row.code === "";
  const [row, setRow] = useState(props.row);
  const [shared, setShared] = useState(!isNew && props.row.campaign === null);
  const change = (part: Partial<Disposition>) => setRow({ ...row, ...part });
  const save = async () => {
    const { campaign: _campaign, ...given } = row;
    await post(api(props.name, "dispositions"), { ...given, shared });
    props.done();
  };
  return (
    <Dialog title={isNew ? t("ops.dispositions.add") : row.label || row.code}
      onClose={props.close}>
      {shared && !isNew && <p class="ops-notice">{t("ops.dispositions.sharedEffect")}</p>}
      {isNew && (
        <Field label={t("ops.dispositions.code")} value={row.code} maxLength={40} required
          hint={t("ops.dispositions.codeHint")} onInput={(code) => change({ code })} />
      )}
      <Field label={t("ops.dispositions.label")} value={row.label} maxLength={200}
        onInput={(label) => change({ label })} />
      <Choice label={t("ops.dispositions.category")} value={row.category}
        options={categories.map((one) => [one, t(`ops.category.${one}`)] as const)}
        onChange={(category) => change({ category })} />
      <Choice label={t("ops.dispositions.action")} value={row.lead_action}
        options={leadActions.map((one) => [one, t(`ops.leadAction.${one}`)] as const)}
        onChange={(lead_action) => change({ lead_action })} />
      {(row.lead_action === "opt_out" || row.lead_action === "block_number") && (
        <p class="ops-notice">{wordsFor("leadActionEffect", row.lead_action)}</p>
      )}
      <Field label={t("ops.dispositions.position")} type="number" min={0} step={1}
        value={String(row.position)}
        onInput={(text) => change({ position: Math.max(0, Math.floor(Number(text) || 0)) })} />
      {isNew && (
        <Check label={t("ops.dispositions.shared")} checked={shared} onChange={setShared} />
      )}
      <Check label={t("ops.inUse")} checked={row.active}
        onChange={(active) => change({ active })} />
      <div class="ops-do">
        <Action class="main" disabled={!row.code.trim()} run={save}>{t("ops.save")}</Action>
      </div>
    </Dialog>
  );
}
