// Calls that were promised: what happens when their agent is not there, and the list of them.

import { useState } from "preact/hooks";

import { get, post, user } from "../../api";
import { Action, Fault, useLoad } from "../../parts/basics";
import { t } from "../../text";
import { Check, Done, Section, Span } from "./bits";
import { Callbacks } from "./callbacks";
import type { TabProps } from "./campaign";
import { api, mayChange } from "./room";

interface Rule {
  grace_s: number;
  opens: boolean;
}

export function CallbacksTab({ name }: TabProps) {
  return (
    <>
      <RulePart name={name} />
      {user.value?.role !== "compliance" && (
        <Section title={t("ops.callbacks")}><Callbacks campaign={name} /></Section>
      )}
    </>
  );
}

function RulePart({ name }: { name: string }) {
  const kept = useLoad(() => get<Rule>(api(name, "callback-rule")), [name]);
  if (!kept.value) {
    return kept.error !== null ? <Fault error={kept.error} retry={kept.again} /> : null;
  }
  return <RuleForm key={JSON.stringify(kept.value)} name={name} kept={kept.value}
    again={kept.again} />;
}

function RuleForm({ name, kept, again }: { name: string; kept: Rule; again: () => void }) {
  const [rule, setRule] = useState(kept);
  const [told, setTold] = useState("");
  const unchanged = rule.grace_s === kept.grace_s && rule.opens === kept.opens;
  const save = async () => {
    await post<Rule>(api(name, "callback-rule"), rule);
    setTold(t("ops.saved"));
    again();
  };
  return (
    <Section title={t("ops.callbacks.rule")} hint={t("ops.callbacks.ruleHint")}>
      <fieldset class="ops-bare" disabled={!mayChange()}>
        <legend class="ops-hidden">{t("ops.callbacks.rule")}</legend>
        <Span label={t("ops.field.callback_grace_s")} value={rule.grace_s}
          hint={t("ops.help.callback_grace_s")}
          onInput={(grace_s) => setRule({ ...rule, grace_s })} />
        <Check label={t("ops.field.callback_opens")} hint={t("ops.help.callback_opens")}
          checked={rule.opens} onChange={(opens) => setRule({ ...rule, opens })} />
      </fieldset>
      {mayChange() && <Action class="main" disabled={unchanged} run={save}>{t("ops.save")}</Action>}
      <Done text={told} />
    </Section>
  );
}
