// What the columns of a sent file are: as remembered of its kind, as their names say, or as chosen
// here; with the first rows as an import would read them.

import { useEffect, useId, useState } from "preact/hooks";

import { ApiError, get, post, type Uploaded } from "../../api";
import { Action, Choice, Field, useLoad, words } from "../../parts/basics";
import { t } from "../../text";
import { Check } from "./bits";
import { PreviewRows } from "./preview_rows";
import { useSettled, wordsFor } from "./room";
import type { ColumnChoice, ImportPreview, ImportSource } from "./types";

const fields = ["custom", "phone", "name", "first_name", "last_name", "state", "postal_code",
  "email", "external_id", "address", "city", "county", "country", "time_zone", "debt",
  "consent_grade", "consent_sellers", "consent_subject", "consent_at", "consent_expires",
  "consent_form", "consent_proof"];
const scopes = ["file", "list", "campaign", "company"] as const;

interface Wish {
  campaign: string;
  source: string;
  sheet: string;
  dedupe: string[];
  hold: boolean;
  columns: ColumnChoice[] | null; // null: not chosen here
}

function bodyOf(upload: Uploaded, wish: Wish): object {
  return {
    upload: upload.upload, campaign: wish.campaign, hold: wish.hold,
    dedupe: wish.dedupe.join(",") || "none",
    ...(wish.source.trim() && { source: wish.source.trim() }),
    ...(wish.sheet && { sheet: wish.sheet }),
    ...(wish.columns && { columns: wish.columns }),
  };
}

export function Mapping(props: { upload: Uploaded; campaigns: string[]; campaign: string;
  started: (job: number) => void; cancel: () => void }) {
  const [wish, setWish] = useState<Wish>({ campaign: props.campaign || props.campaigns[0] || "",
    source: "", sheet: "", dedupe: [...scopes], hold: false, columns: null });
  const change = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const { preview, headers, error, busy } = usePreview(props.upload, wish);
  const sources = useLoad(() => get<{ sources: ImportSource[] }>("/api/import-sources"), []);

  const start = async () => {
    const { job } = await post<{ job: number }>("/api/imports", bodyOf(props.upload, wish));
    props.started(job);
  };
  const columns = preview?.columns
    ?? headers.map((header) => ({ header, field: fieldOf(wish, header), samples: [] }));

  return (
    <>
      <p><strong>{props.upload.name}</strong> <span class="quiet">{preview?.type}</span></p>
      <Choices wish={wish} change={change} campaigns={props.campaigns}
        sources={sources.value?.sources ?? []} sheets={preview?.sheets ?? []} />
      <p class="quiet" role="status">{busy && t("ops.map.reading")}</p>
      {error !== null && (
        <p class="fault" role="alert">
          {headers.length > 0 && (!wish.source || wish.columns) ? t("ops.map.choose")
            : words(error)}
        </p>
      )}
      {columns.length > 0 && (
        <Columns columns={columns}
          choose={(chosen) => change({ columns: chosen })} chosen={wish.columns !== null}
          forget={() => change({ columns: null })} />
      )}
      {preview?.notices.map((notice) => <p key={notice} class="hint">{notice}</p>)}
      {preview && error === null && <PreviewRows rows={preview.rows} />}
      <div class="row">
        <Action class="main" disabled={busy || error !== null || !preview} run={start}>
          {t(wish.hold ? "ops.map.importHeld" : "ops.map.import", { campaign: wish.campaign })}
        </Action>
        <button type="button" onClick={props.cancel}>{t("app.cancel")}</button>
      </div>
    </>
  );
}

function fieldOf(wish: Wish, header: string): string {
  return wish.columns?.find((one) => one.column === header)?.field ?? "custom";
}

/** The preview of a wish once nothing has changed for a moment. */
function usePreview(upload: Uploaded, wish: Wish) {
  const body = useSettled(JSON.stringify(bodyOf(upload, wish)), 300);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [headers, setHeaders] = useState<string[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(true);
  useEffect(() => {
    let current = true; // an answer that was overtaken is dropped
    setBusy(true);
    post<ImportPreview>("/api/imports/preview", JSON.parse(body) as object).then((found) => {
      if (current) {
        setPreview(found);
        setError(null);
        setBusy(false);
      }
    }, (found) => {
      if (current) {
        const named = found instanceof ApiError ? found.more.headers : undefined;
        if (Array.isArray(named)) {
          setHeaders(named as string[]);
          setPreview(null);
        }
        setError(found);
        setBusy(false);
      }
    });
    return () => { current = false; };
  }, [body]);
  return { preview, headers, error, busy };
}

function Choices(props: { wish: Wish; change: (part: Partial<Wish>) => void; campaigns: string[];
  sources: ImportSource[]; sheets: string[] }) {
  const { wish, change } = props;
  const known = useId();
  const remembered = props.sources.find((one) => one.name === wish.source.trim());
  return (
    <div class="grid">
      <div>
        <Choice label={t("ops.campaign")} value={wish.campaign}
          options={props.campaigns.map((name) => [name, name] as const)}
          onChange={(campaign) => change({ campaign })} />
        <Field label={t("ops.import.source")} value={wish.source} list={known} maxLength={100}
          hint={remembered ? t("ops.map.remembered", { by: remembered.changed_by })
            : t("ops.map.sourceHint")}
          onInput={(source) => change({ source, columns: null })} />
        <datalist id={known}>
          {props.sources.map((one) => <option key={one.name} value={one.name} />)}
        </datalist>
        {props.sheets.length > 1 && (
          <Choice label={t("ops.map.sheet")} value={wish.sheet || (props.sheets[0] ?? "")}
            options={props.sheets.map((name) => [name, name] as const)}
            onChange={(sheet) => change({ sheet, columns: null })} />
        )}
      </div>
      <fieldset>
        <legend>{t("ops.map.dedupe")}</legend>
        {scopes.map((scope) => (
          <Check key={scope} label={t(`ops.dedupe.${scope}`)} checked={wish.dedupe.includes(scope)}
            onChange={(on) => change({ dedupe: scopes.filter((one) =>
              one === scope ? on : wish.dedupe.includes(one)) })} />
        ))}
      </fieldset>
      <div>
        <Check label={t("ops.map.hold")} hint={t("ops.map.holdHint")} checked={wish.hold}
          onChange={(hold) => change({ hold })} />
      </div>
    </div>
  );
}

/** Fields that several columns may be. */
const many = ["custom", "phone", "consent_proof"];

function Columns(props: { columns: ImportPreview["columns"]; chosen: boolean;
  choose: (columns: ColumnChoice[]) => void; forget: () => void }) {
  const set = (header: string, field: string) => props.choose(
    props.columns.map((one) => {
      // The column that had the field before gives it up.
      const other = one.field === field && !many.includes(field) ? "custom" : one.field;
      return { column: one.header, field: one.header === header ? field : other };
    }));
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("ops.map.columns")}>
        <table>
          <caption class="quiet">{t("ops.map.columns")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("ops.map.column")}</th>
              <th scope="col">{t("ops.map.is")}</th>
              <th scope="col">{t("ops.map.samples")}</th>
            </tr>
          </thead>
          <tbody>
            {props.columns.map((one, index) => (
              <tr key={index}>
                <th scope="row">{one.header || "–"}</th>
                <td>
                  <select aria-label={t("ops.map.isOf", { column: one.header })} value={one.field}
                    onChange={(event) => set(one.header, event.currentTarget.value)}>
                    {fields.map((name) => (
                      <option key={name} value={name}>{wordsFor("lead", name)}</option>
                    ))}
                  </select>
                </td>
                <td class="quiet">{one.samples.join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {props.chosen && (
        <p><button type="button" onClick={props.forget}>{t("ops.map.forget")}</button></p>
      )}
    </>
  );
}
