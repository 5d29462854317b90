// A call's whole story on one page: why it was allowed, what happened, what was said, and the proof
// that the log still says what it said.

import { get } from "../../api";
import { Fault, Link, Time, useLoad } from "../../parts/basics";
import { instant, number, phone, t } from "../../text";
import "./office.css";
import { Decision, Rules } from "./decision";
import { CompliancePage, Facts, Mark, toNumber, word } from "./parts";
import { AttemptProof } from "./proof";
import { Timeline } from "./timeline";
import type { Attempt, Story } from "./types";

export default function CallStory({ parts }: { parts: Record<string, string> }) {
  const id = parts.attempt ?? "";
  const { value, error, again } = useLoad(() => get<Story>(`/api/attempts/${id}`), [id]);
  return (
    <CompliancePage title={value
      ? t("office.callTo", { number: phone(value.attempt.number) }) : t("office.call")}>
      {error !== null && <Fault error={error} retry={again} />}
      {!value && error === null && <p class="quiet" role="status">{t("app.loading")}</p>}
      {value && value.attempt.ended_at === null && (
        <div class="row" role="status">{t("office.step.open")}
          <button type="button" onClick={again}>{t("office.refresh")}</button></div>
      )}
      {value && <Whole story={value} />}
    </CompliancePage>
  );
}

function Whole({ story }: { story: Story }) {
  return (
    <>
      <Summary story={story} />
      <div class="story">
        <div>
          <section class="card" aria-labelledby="story-timeline">
            <h2 id="story-timeline">{t("office.timeline")}</h2>
            <Timeline story={story} />
          </section>
          <Said story={story} />
        </div>
        <div>
          <Decision story={story} />
          <AttemptProof story={story} />
        </div>
      </div>
      <Rules evidence={story.attempt.evidence} at={story.attempt.at} />
    </>
  );
}

function resultOf(attempt: Attempt): string {
  return attempt.treatment && attempt.treatment !== "none"
    ? attempt.treatment : attempt.outcome ?? "open";
}

function Summary({ story }: { story: Story }) {
  const { attempt, matter, person } = story;
  const local = attempt.evidence.zones?.[0];
  return (
    <section class="card" aria-label={t("office.summary")}>
      {attempt.clock_shift_s !== 0 && (
        <p><Mark kind="warn">{t("office.shifted")}</Mark></p>
      )}
      {story.record_faults.length > 0 && <Lacks faults={story.record_faults} />}
      <Facts facts={[
        [t("office.at"), <Time at={attempt.at} />],
        [t("office.localTime"), local ? <Time at={attempt.at} zone={local.zone} /> : ""],
        [t("office.result"), word("outcome", resultOf(attempt))],
        [t("office.number"), (
          <Link to={toNumber(attempt.number)}>
            {phone(attempt.number)}
          </Link>
        )],
        [t("office.person"), [person?.name, person?.region].filter(Boolean).join(", ")],
        [t("office.externalId"), person?.external_id ?? ""],
        [t("office.campaign"), attempt.campaign],
        [t("office.seller"), matter?.seller ?? ""],
        [t("office.subject"), matter?.subject ?? ""],
        [t("office.purpose"), word("purpose", matter?.purpose ?? null)],
        [t("office.callerId"), phone(attempt.caller_id)],
        [t("office.agent"), attempt.agent_name ?? ""],
        [t("office.trunk"), attempt.trunk],
        [t("office.attempt"), <span class="code">{attempt.attempt}</span>],
        [t("office.failoverOf"), attempt.failover_of && (
          <Link to={`/compliance/calls/${attempt.failover_of}`}>{attempt.failover_of}</Link>
        )],
        [t("office.recording"), t("office.noRecording")],
      ]} />
    </section>
  );
}

function Lacks({ faults }: { faults: string[] }) {
  return (
    <div>
      <p><Mark kind="bad">{t("office.lacks")}</Mark></p>
      <ul>{faults.map((fault) => <li key={fault}>{fault}</li>)}</ul>
      <p><Link to="/compliance/records">{t("office.toRepairs")}</Link></p>
    </div>
  );
}

/** What the agent said of the call and filled in, and opt-outs that were made in it. */
function Said({ story }: { story: Story }) {
  const { dispositions, answers, opt_outs: optOuts } = story;
  const none = dispositions.length + answers.length + optOuts.length === 0;
  return (
    <section class="card" aria-labelledby="story-said">
      <h2 id="story-said">{t("office.said")}</h2>
      {none && <p class="quiet">{t("office.nothingSaid")}</p>}
      {optOuts.map((one) => (
        <p key={one.at}>
          <Mark kind="warn">{t("office.optOutHere")}</Mark>{" "}
          {word("source", one.source)} · <Time at={one.at} />
        </p>
      ))}
      {dispositions.map((one) => (
        <p key={one.at}>
          <strong>{one.label ?? one.code}</strong> {one.agent_name && <>· {one.agent_name} </>}
          · <Time at={one.at} />
          {one.note && <><br />{one.note}</>}
        </p>
      ))}
      {answers.map((one) => (
        <div key={one.at}>
          <h3>{t("office.form", { at: instant(one.at) })}</h3>
          <Facts facts={Object.entries(one.answers).map(([name, value]) =>
            [name, typeof value === "object" ? JSON.stringify(value)
              : typeof value === "number" ? number(value) : String(value)] as const)} />
        </div>
      ))}
    </section>
  );
}
