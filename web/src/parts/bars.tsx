// Quantities side by side as a list: name, bar and number. Readable without the bars.

import "./chart.css";

export interface Bar {
  key: string;
  name: string;
  value: number;
  /** More about it, where the pointer rests and for screen readers. */
  more?: string;
}

export function Bars(props: { bars: readonly Bar[]; text: (value: number) => string; none: string;
  label: string; max?: number }) {
  if (props.bars.length === 0) {
    return <p class="quiet">{props.none}</p>;
  }
  const most = props.max ?? Math.max(...props.bars.map((bar) => bar.value), 0);
  return (
    <ul class="bars" aria-label={props.label}>
      {props.bars.map((bar) => (
        <li key={bar.key} title={bar.more}>
          <span class="bar-name">{bar.name}</span>
          <b class="number">{props.text(bar.value)}</b>
          <Level share={most > 0 ? bar.value / most : 0} />
        </li>
      ))}
    </ul>
  );
}

/** A bar alone, for what is said in words beside it; `mark` is a line across it, as a share. */
export function Level(props: { share: number; state?: string; mark?: number }) {
  const width = Math.round(Math.min(Math.max(props.share, 0), 1) * 1000) / 10;
  return (
    <svg class="level" data-state={props.state} viewBox="0 0 100 10" preserveAspectRatio="none"
      aria-hidden="true" focusable="false">
      <rect class="level-ground" width="100" height="10" />
      <rect class="level-value" width={width} height="10" />
      {props.mark !== undefined && (
        <rect class="level-mark" x={props.mark * 100 - 0.4} width="0.8" height="10" />
      )}
    </svg>
  );
}
