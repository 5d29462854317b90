// Names of reports in the reader's language; those of the engine for reports that are new.

import { hasText, t } from "../../text";
import type { ReportKind } from "./types";

const known = (key: string, otherwise: string): string => (hasText(key) ? t(key) : otherwise);

export const titleOf = (kind: ReportKind): string => known(`reports.name.${kind.name}`, kind.title);

export const aboutOf = (kind: ReportKind): string =>
  known(`reports.about.${kind.name}`, kind.description);
