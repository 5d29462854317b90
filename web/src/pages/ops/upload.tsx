// Sending a list in: the file by drag and drop or by button, then its columns, then the import.

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { ApiError, get, post, upload, type Uploaded } from "../../api";
import { Fault, Link, words } from "../../parts/basics";
import { number, share, t } from "../../text";
import { Badge, Section } from "./bits";
import { JobProgress } from "./lists";
import { Mapping } from "./mapping";
import type { ImportJob } from "./types";

interface Props {
  campaigns: string[];
  campaign: string;
  done: () => void;
}

type Stage =
  | { at: "file"; error?: unknown }
  | { at: "sending"; file: File; share: number }
  | { at: "columns"; upload: Uploaded }
  | { at: "job"; job: number };

export function Upload(props: Props) {
  const [stage, setStage] = useState<Stage>({ at: "file" });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (file: File) => {
    const control = new AbortController();
    abort.current = control;
    setStage({ at: "sending", file, share: 0 });
    try {
      const sent = await upload(file, (part) =>
        setStage({ at: "sending", file, share: part }), control.signal);
      setStage({ at: "columns", upload: sent });
    } catch (error) {
      setStage(control.signal.aborted ? { at: "file" } : { at: "file", error });
    }
  };
  const started = (job: number) => setStage({ at: "job", job });
  const over = () => setStage({ at: "file" });

  return (
    <Section title={t("ops.upload")}>
      {stage.at === "file" && <Drop send={(file) => void send(file)} error={stage.error} />}
      {stage.at === "sending" && (
        <Sending file={stage.file} part={stage.share} cancel={() => abort.current?.abort()} />
      )}
      {stage.at === "columns" && (
        <Mapping upload={stage.upload} campaigns={props.campaigns} campaign={props.campaign}
          started={started} cancel={over} />
      )}
      {stage.at === "job" && <Job job={stage.job} done={props.done} another={over} />}
    </Section>
  );
}

/** A place to drop a file on; the button in it is for keys and fingers. */
function Drop({ send, error }: { send: (file: File) => void; error?: unknown }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const hint = useId();
  useEffect(() => {
    // A file that is dropped beside the place must not take the page's place.
    const keep = (event: Event) => event.preventDefault();
    addEventListener("dragover", keep);
    addEventListener("drop", keep);
    return () => {
      removeEventListener("dragover", keep);
      removeEventListener("drop", keep);
    };
  }, []);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) {
      send(file);
    }
  };
  return (
    <>
      {error !== undefined && <Fault error={error} />}
      <div class={over ? "ops-drop over" : "ops-drop"}
        onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer?.files);
        }}>
        <p>{t("ops.upload.drop")}</p>
        <button type="button" class="main" aria-describedby={hint}
          onClick={() => input.current?.click()}>{t("ops.upload.choose")}</button>
        <input ref={input} type="file" hidden tabIndex={-1} aria-label={t("ops.upload.choose")}
          accept=".csv,.tsv,.txt,.xlsx,text/csv,text/plain"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }} />
        <p id={hint} class="hint">{t("ops.upload.hint")}</p>
      </div>
    </>
  );
}

function Sending(props: { file: File; part: number; cancel: () => void }) {
  return (
    <div class="ops-progress">
      <label>
        {t("ops.upload.sending", { file: props.file.name })}{" "}
        <span class="quiet">{share(props.part, 0)}, {size(props.file.size)}</span>
        <progress max={1} value={props.part} />
      </label>
      <button type="button" onClick={props.cancel}>{t("app.cancel")}</button>
    </div>
  );
}

/** "12.3 MB". */
export function size(bytes: number): string {
  const unit = bytes >= 1e6 ? 1e6 : 1e3;
  return `${number(Math.round((bytes / unit) * 10) / 10)} ${unit === 1e6 ? "MB" : "kB"}`;
}

/** How soon one looks again: soon at first, since most lists are small. */
const looks_ms = [400, 600, 1000, 1500, 2500];

function Job({ job: id, done, another }: { job: number; done: () => void; another: () => void }) {
  const [job, setJob] = useState<ImportJob | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let timer = 0;
    let turn = 0;
    const look = async () => {
      try {
        const found = await get<ImportJob>(`/api/import-jobs/${id}`);
        setJob(found);
        setError(null);
        if (found.state !== "queued" && found.state !== "running") {
          done();
          return;
        }
      } catch (found) {
        setError(found);
        if (found instanceof ApiError && found.status === 404) {
          return;
        }
      }
      timer = window.setTimeout(() => void look(), looks_ms[turn++] ?? 5000);
    };
    void look();
    return () => clearTimeout(timer);
  }, [id]);

  const over = job && job.state !== "queued" && job.state !== "running";
  return (
    <>
      {error !== null && <Fault error={error} />}
      {job && !over && <JobProgress job={job} />}
      {job && !over && <CancelJob id={id} />}
      <div role="status">{over && <Result job={job} />}</div>
      {over && <button type="button" onClick={another}>{t("ops.upload.another")}</button>}
    </>
  );
}

function CancelJob({ id }: { id: number }) {
  const [error, setError] = useState("");
  const cancel = () => {
    setError("");
    post(`/api/import-jobs/${id}/cancel`).catch((found) => setError(words(found)));
  };
  return (
    <p>
      <button type="button" onClick={cancel}>{t("ops.job.cancel")}</button>
      {error && <span class="fault" role="alert"> {error}</span>}
    </p>
  );
}

function Result({ job }: { job: ImportJob }) {
  const told = job.summary;
  if (!told) {
    return (
      <p>
        <Badge tone={job.state === "cancelled" ? "plain" : "bad"}>
          {t(job.state === "cancelled" ? "ops.job.cancelled" : "ops.job.refused")}
        </Badge>{" "}
        {job.state === "cancelled" ? t("ops.job.nothingKept") : job.error}
      </p>
    );
  }
  return (
    <p>
      <Badge tone={told.already_imported || told.held ? "warn" : "good"}>
        {t(told.already_imported ? "ops.job.again"
          : told.held ? "ops.importState.held" : "ops.job.done")}
      </Badge>{" "}
      {told.already_imported ? t("ops.job.againText", { file: job.file_name })
        : t("ops.job.result", { accepted: told.accepted, refused: told.refused })}{" "}
      <Link to={`/lists/${told.import}`}>{t("ops.job.report")}</Link>
    </p>
  );
}
