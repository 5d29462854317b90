// The settings of a campaign, from what the engine says can be set; only what was changed is sent,
// and not over somebody else's change.

import { useState } from "preact/hooks";

import { ApiError, get, post } from "../../api";
import { Fault, useLoad, words } from "../../parts/basics";
import { go } from "../../route";
import { t } from "../../text";
import { Done, Section } from "./bits";
import type { TabProps } from "./campaign";
import { api, mayChange, pageOf } from "./room";
import { SettingInput } from "./setting_input";
import { groupsOf, labelOf } from "./setting_words";
import type { CampaignSettings, Setting, SettingField, Settings } from "./types";

interface Known {
  fields: SettingField[];
  campaign: CampaignSettings;
}

async function loadKnown(name: string): Promise<Known> {
  const [{ fields }, campaign] = await Promise.all([
    get<{ fields: SettingField[] }>("/api/settings/fields"),
    get<CampaignSettings>(api(name)),
  ]);
  return { fields, campaign };
}

export function SettingsTab({ name }: TabProps) {
  const known = useLoad(() => loadKnown(name), [name]);
  const [told, setTold] = useState("");
  if (!known.value) {
    return known.error !== null ? <Fault error={known.error} retry={known.again} />
      : <p class="quiet" role="status">{t("app.loading")}</p>;
  }
  const saved = (text: string) => {
    setTold(text);
    known.again();
  };
  return (
    <>
      <Form key={known.value.campaign.change} name={name} known={known.value} saved={saved}
        again={known.again} />
      <Done text={told} />
    </>
  );
}

const same = (one: Setting | undefined, other: Setting | undefined) =>
  JSON.stringify(one) === JSON.stringify(other);

function Form(props: { name: string; known: Known; saved: (text: string) => void;
  again: () => void }) {
  const { fields, campaign } = props.known;
  const [values, setValues] = useState<Settings>(campaign.settings);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const changed = Object.keys(values).filter((one) => !same(values[one], campaign.settings[one]));

  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const wanted = Object.fromEntries(changed.map((one) => [one, values[one]]));
      await post(api(props.name, "settings"), { ...wanted, if_change: campaign.change });
      if (changed.includes("name")) {
        go(pageOf(String(values.name).trim(), "settings"), true); // the old address is no more
      } else {
        props.saved(t("ops.settings.saved", { n: changed.length }));
      }
    } catch (found) {
      setError(found);
    } finally {
      setBusy(false);
    }
  };
  const faultOf = (field: string) =>
    error instanceof ApiError && error.field === field ? error.message : undefined;

  return (
    <form onSubmit={submit}>
      <fieldset class="ops-bare" disabled={!mayChange()}>
        <legend class="ops-hidden">{t("ops.tab.settings")}</legend>
        <div class="grid ops-wide">
          {groupsOf(fields).map(([group, its]) => (
            <Section key={group} title={t(`ops.group.${group}`)}>
              {its.map((field) => (
                <SettingInput key={field.name} field={field} value={values[field.name]}
                  fault={faultOf(field.name)}
                  onChange={(value) => setValues({ ...values, [field.name]: value })} />
              ))}
            </Section>
          ))}
        </div>
      </fieldset>
      <div class="ops-save">
        {error !== null && (
          <p class="fault" role="alert">
            {words(error)}
            {error instanceof ApiError && error.status === 409 && (
              <button type="button" onClick={props.again}>{t("ops.settings.reload")}</button>
            )}
          </p>
        )}
        <p class="hint" role="status">
          {changed.length > 0 ? t("ops.settings.changed",
            { fields: changed.map(labelOf).join(", ") }) : t("ops.settings.unchanged")}
        </p>
        {mayChange() && (
          <div class="row">
            <button class="main" disabled={busy || changed.length === 0} aria-busy={busy}>
              {t("ops.save")}
            </button>
            <button type="button" disabled={changed.length === 0}
              onClick={() => setValues(campaign.settings)}>{t("ops.settings.reset")}</button>
          </div>
        )}
      </div>
    </form>
  );
}
