// Names of reports in the reader's language; those of the engine for reports that are new.

import { t } from "../../text";
import { en, type Key } from "../../text/en";
import type { ReportKind } from "./types";

const known = (key: string, otherwise: string): string => (key in en ? t(key as Key) : otherwise);

export const titleOf = (kind: ReportKind): string => known(`reports.name.${kind.name}`, kind.title);

export const aboutOf = (kind: ReportKind): string =>
  known(`reports.about.${kind.name}`, kind.description);
