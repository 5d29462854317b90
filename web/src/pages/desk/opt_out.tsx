// "Do not call": takes effect at once, and says so.

import { useState } from "preact/hooks";

import { post } from "../../api";
import { Action, Dialog } from "../../parts/basics";
import { phone, t } from "../../text";
import { KeyButton, shutDialog } from "./keys";
import { chosen, codes, done, optedOut } from "./state";

async function never(number: string): Promise<void> {
  await post("/api/opt-outs", { number });
  done.value = [...done.value, optedOut(number)];
  // Most likely that is how the call went, too.
  chosen.value ??= codes.value.find((code) => code.lead_action === "opt_out")?.code ?? null;
}

export function OptOut({ number }: { number: string }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <KeyButton of="n" label={t("desk.doNotCall")} run={() => setAsking(true)} />
      {asking && (
        <Dialog title={t("desk.doNotCallTitle", { number: phone(number) })}
          onClose={() => setAsking(false)}>
          <p>{t("desk.doNotCallEffect")}</p>
          <p>
            <Action class="main" run={async () => {
              await never(number);
              shutDialog();
            }}>{t("desk.doNotCallNow")}</Action>
          </p>
        </Dialog>
      )}
    </>
  );
}
