// Which leads a campaign dials, as an expression; what it means and how many it lets through is
// told while it is typed.

import { useEffect, useRef, useState } from "preact/hooks";

import { get, post } from "../../api";
import { Action, Fault, useLoad } from "../../parts/basics";
import { number, share, t } from "../../text";
import { Area, Bar, Done, Section } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, useSettled } from "./room";
import type { FilterCheck } from "./types";

interface FilterField {
  name: string;
  type: "text" | "number";
  help: string;
}

const examples = ["state in (\"FL\", \"GA\") and attempts < 3",
  "list_source = \"web form\" and days_since_load <= 7",
  "custom.income >= 40000 and not (postal_code starts \"331\")", "email is not empty"];

export function FilterTab({ name }: TabProps) {
  const kept = useLoad(() => get<{ text: string }>(api(name, "filter")), [name]);
  if (!kept.value) {
    return kept.error !== null ? <Fault error={kept.error} retry={kept.again} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  return <Editor name={name} kept={kept.value.text} again={kept.again} />;
}

function useCheck(name: string, text: string) {
  const settled = useSettled(text, 300);
  const [check, setCheck] = useState<FilterCheck | null>(null);
  const [error, setError] = useState<unknown>(null);
  const turn = useRef(0);
  const ask = async (exact: boolean) => {
    const mine = ++turn.current;
    try {
      const found = await post<FilterCheck>(api(name, "filter/check"), { text: settled, exact });
      if (mine === turn.current) {
        setCheck(found);
        setError(null);
      }
    } catch (found) {
      if (mine === turn.current) {
        setError(found);
      }
    }
  };
  useEffect(() => void ask(false), [name, settled]);
  return { check, error, countExactly: () => ask(true), current: settled === text };
}

function Editor({ name, kept, again }: { name: string; kept: string; again: () => void }) {
  const [text, setText] = useState(kept);
  const [told, setTold] = useState("");
  const { check, error, countExactly, current } = useCheck(name, text);
  const fault = current && check?.fault
    ? t("ops.filter.fault", { column: check.fault.column, text: check.fault.text }) : undefined;

  const save = async (wanted: string) => {
    const { text: canonical } = await post<{ text: string }>(api(name, "filter"), { text: wanted });
    setText(canonical);
    setTold(t(canonical ? "ops.filter.saved" : "ops.filter.cleared"));
    again();
  };

  return (
    <div class="grid ops-wide">
      <Section title={t("ops.filter")} hint={t("ops.filter.hint")}>
        <Area label={t("ops.filter.text")} value={text} rows={5} code fault={fault}
          onInput={(typed) => { setText(typed); setTold(""); }}
          hint={text === "" ? t("ops.filter.empty") : undefined} />
        {error !== null && <Fault error={error} />}
        {!fault && check && (
          <Meaning check={check} text={text} count={countExactly} />
        )}
        {mayChange() && (
          <div class="row">
            <Action class="main" disabled={!current || check?.valid === false || text === kept}
              run={() => save(text)}>{t("ops.save")}</Action>
            <button type="button" disabled={text === kept} onClick={() => setText(kept)}>
              {t("ops.settings.reset")}
            </button>
            {kept !== "" && <Action run={() => save("")}>{t("ops.filter.clear")}</Action>}
          </div>
        )}
        <Done text={told} />
      </Section>
      <Help add={(part) => setText(text.trim() ? `${text.trim()} and ${part}` : part)} />
    </div>
  );
}

function Meaning(props: { check: FilterCheck; text: string; count: () => Promise<void> }) {
  const { count, canonical } = props.check;
  return (
    <>
      {canonical && canonical !== props.text.trim() && (
        <p class="hint">{t("ops.filter.means")} <code class="ops-code">{canonical}</code></p>
      )}
      {count && (
        <div role="status">
          <p>
            <strong>{number(count.let_through)}</strong>{" "}
            {t("ops.filter.count", { n: count.of })}{" "}
            {count.of > 0 && `(${share(count.let_through / count.of)})`}
            {!count.exact && <span class="quiet">{" "}{t("ops.filter.about",
              { error: count.error, sampled: count.sampled })}</span>}
          </p>
          <Bar part={count.let_through / Math.max(1, count.of)} tone="good" />
          {!count.exact && (
            <div class="ops-do"><Action run={props.count}>{t("ops.filter.exact")}</Action></div>
          )}
        </div>
      )}
    </>
  );
}

/** What a filter may ask, and how it is written; a click writes it. */
function Help({ add }: { add: (part: string) => void }) {
  const fields = useLoad(() => get<{ fields: FilterField[] }>("/api/filter-fields"), []);
  const sample = (field: FilterField) => field.type === "number" ? `${field.name} < 3`
    : `${field.name} = ""`;
  return (
    <Section title={t("ops.filter.help")} hint={t("ops.filter.helpHint")}>
      <h3>{t("ops.filter.examples")}</h3>
      <ul class="ops-list">
        {examples.map((one) => <li key={one}><code class="ops-code">{one}</code></li>)}
      </ul>
      <h3>{t("ops.filter.fields")}</h3>
      {fields.error !== null && <Fault error={fields.error} retry={fields.again} />}
      <dl class="ops-pairs ops-fields">
        {fields.value?.fields.map((one) => (
          <div key={one.name}>
            <dt>
              {mayChange()
                ? <button type="button" class="plain ops-code" onClick={() => add(sample(one))}>
                    {one.name}</button>
                : <span class="ops-code">{one.name}</span>}
            </dt>
            <dd class="quiet">{one.help}</dd>
          </div>
        ))}
        <div>
          <dt><span class="ops-code">custom.…</span></dt>
          <dd class="quiet">{t("ops.filter.custom")}</dd>
        </div>
      </dl>
    </Section>
  );
}
