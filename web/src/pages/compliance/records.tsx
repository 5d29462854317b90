// Call records that lack something, what is held for courts, and how long everything is kept.

import { CompliancePage } from "./parts";
import { t } from "../../text";
import { Holds } from "./holds";
import "./office.css";
import { Repairs } from "./repairs";
import { Retention } from "./retention";

export default function Records() {
  return (
    <CompliancePage title={t("office.records.title")}>
      <Repairs />
      <Holds />
      <Retention />
    </CompliancePage>
  );
}
