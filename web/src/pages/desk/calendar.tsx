// Five weeks to choose a day from, by mouse or arrow keys; days without a legal hour say so.

import { useRef } from "preact/hooks";

import { t } from "../../text";
import { hoursText, windowsOf } from "./callback";
import type { LegalHours } from "./types";
import { type Day, isoDay, longDay, plusDays, sameDay, shortDay, weekday, weekdayName }
  from "./zones";

const STEPS: Record<string, number> = {
  ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7,
};

interface CalendarProps {
  days: Day[];
  zone: string;
  hours: LegalHours;
  chosen: Day | null;
  choose: (day: Day) => void;
  page: (by: number) => void;
  first: boolean; // nothing is before this page
}

export function Calendar(props: CalendarProps) {
  const { days } = props;
  const grid = useRef<HTMLTableElement>(null);
  const first = days[0] as Day;
  const start = plusDays(first, -weekday(first));
  const weeks = Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, index) => plusDays(start, week * 7 + index)))
    .filter((week) => week.some((day) => days.some((one) => sameDay(one, day))));
  const move = (event: KeyboardEvent) => {
    const from = (event.target as HTMLElement).dataset.day;
    const step = STEPS[event.key];
    if (from && step) {
      event.preventDefault();
      const [year, month, day] = from.split("-").map(Number) as [number, number, number];
      const to = isoDay(plusDays({ year, month, day }, step));
      grid.current?.querySelector<HTMLElement>(`[data-day="${to}"]`)?.focus();
    }
  };
  return (
    <div class="calendar">
      <div class="row">
        <button type="button" onClick={() => props.page(-1)} disabled={props.first}>
          {t("desk.earlier")}
        </button>
        <button type="button" onClick={() => props.page(1)}>{t("desk.later")}</button>
      </div>
      <table ref={grid} onKeyDown={move}>
        <caption class="quiet">{t("desk.calendar")}</caption>
        <thead>
          <tr>
            {weeks[0]?.map((day) => <th key={weekday(day)} scope="col">{weekdayName(day)}</th>)}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={isoDay(week[0] as Day)}>
              {week.map((day) => <td key={isoDay(day)}><DayButton day={day} {...props} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type DayProps = Pick<CalendarProps, "days" | "hours" | "zone" | "chosen" | "choose">;

function DayButton({ day, days, hours, zone, chosen, choose }: DayProps & { day: Day }) {
  const shown = days.some((one) => sameDay(one, day));
  if (!shown) {
    return null;
  }
  const windows = windowsOf(hours, zone, day);
  const own = chosen !== null && sameDay(chosen, day);
  const open = windows.length > 0;
  const said = open ? hoursText(windows) : t("desk.closedDay");
  const first = day.day === 1 || sameDay(day, days[0] as Day);
  return (
    <button type="button" data-day={isoDay(day)} class={own ? "day chosen" : "day"}
      aria-pressed={own} aria-disabled={!open} aria-label={`${longDay(day)}, ${said}`} title={said}
      tabIndex={own || (chosen === null && first) ? 0 : -1}
      onClick={() => { if (open) { choose(day); } }}>
      {shortDay(day, first)}{!open && <span aria-hidden="true"> ✕</span>}
    </button>
  );
}
