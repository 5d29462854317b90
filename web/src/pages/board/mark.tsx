// How something stands, as a sign, a word and a colour: never the colour alone.

import "./mark.css";

import { t } from "../../text";
import type { Standing } from "./scope";

const signs: Record<Standing, string> = { met: "✓", near: "▲", over: "✖" };

export function Mark(props: { state: Standing }) {
  return (
    <span class="mark" data-state={props.state}>
      <span aria-hidden="true">{signs[props.state]}</span> {t(`board.standing.${props.state}`)}
    </span>
  );
}

export type CampaignState = "dialing" | "held" | "stopped";
const campaignSigns: Record<CampaignState, string> = { dialing: "▶", held: "▲", stopped: "■" };

export function Pill(props: { state: CampaignState }) {
  return (
    <span class="pill" data-state={props.state}>
      <span aria-hidden="true">{campaignSigns[props.state]}</span> {t(`board.state.${props.state}`)}
    </span>
  );
}
