// Takes up again leads that are used up or finished: counted first, then done.

import { useState } from "preact/hooks";

import { post } from "../../api";
import { Action, Dialog } from "../../parts/basics";
import { say } from "../../said";
import { number, t } from "../../text";
import { Check, Done } from "./bits";
import type { Funnel, Reason } from "./types";

interface Answer {
  leads: number;
  dry_run: boolean;
}

export function Recycle(props: { name: string; funnel: Funnel; done: () => void }) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState("");
  const stops = props.funnel.stages.filter((one) =>
    (one.step === "used_up" || one.step === "finished") && one.leads > 0);
  return (
    <>
      <button type="button" disabled={stops.length === 0} onClick={() => setOpen(true)}>
        {t("ops.recycle")}
      </button>
      <Done text={told} />
      {open && (
        <Choosing {...props} reasons={stops.flatMap((one) => one.reasons).filter((one) => one.code)}
          close={() => setOpen(false)} tell={setTold}
          finished={stops.find((one) => one.step === "finished")?.reasons ?? []} />
      )}
    </>
  );
}

function Choosing(props: { name: string; reasons: Reason[]; finished: Reason[];
  close: () => void; done: () => void; tell: (text: string) => void }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [counted, setCounted] = useState<number | null>(null);

  const ask = (dry: boolean) => post<Answer>("/api/leads/recycle", {
    campaign: props.name, reasons: chosen, dry_run: dry,
    finished: props.finished.some((one) => chosen.includes(one.code)),
  });
  const tick = (code: string, on: boolean) => {
    setCounted(null);
    setChosen(on ? [...chosen, code] : chosen.filter((one) => one !== code));
  };
  const recycle = async () => {
    const { leads } = await ask(false);
    props.tell(t("ops.recycle.done", { n: leads }));
    props.done();
    props.close();
  };

  return (
    <Dialog title={t("ops.recycle")} onClose={props.close}>
      <p>{t("ops.recycle.hint")}</p>
      <fieldset>
        <legend>{t("ops.recycle.which")}</legend>
        {props.reasons.map((one) => (
          <Check key={one.code} label={`${say(one.words_said, one.words)} (${number(one.leads)})`}
            checked={chosen.includes(one.code)} onChange={(on) => tick(one.code, on)} />
        ))}
      </fieldset>
      <p role="status">{counted !== null && t("ops.recycle.count", { n: counted })}</p>
      <div class="row">
        <Action disabled={chosen.length === 0}
          run={async () => setCounted((await ask(true)).leads)}>{t("ops.recycle.check")}</Action>
        <Action class="main" disabled={!counted} run={recycle}>{t("ops.recycle.do")}</Action>
      </div>
    </Dialog>
  );
}
