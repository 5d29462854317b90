// A chart that everybody can read: the picture, its summary in words, and the same as a table.

import "./chart.css";

import type uPlot from "uplot";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../text";
import { theme } from "../theme";

export interface ChartSeries {
  name: string;
  /** A token of the style sheet: "--accent". */
  colour: string;
  values: readonly (number | null)[];
  /** Told apart by more than their colour. */
  dash?: readonly number[];
  stepped?: boolean;
  points?: boolean;
}

interface ChartProps {
  title: string;
  /** What the picture shows, in a sentence. */
  summary: string;
  x: readonly number[];
  series: readonly ChartSeries[];
  xText: (x: number) => string;
  yText: (y: number) => string;
  indexed?: boolean;
  seconds?: number;
  height?: number;
  table: () => ComponentChildren;
}

export function Chart(props: ChartProps) {
  const [asTable, setAsTable] = useState(false);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{props.title}</strong>
        <button type="button" class="plain" onClick={() => setAsTable(!asTable)}>
          {t(asTable ? "chart.asChart" : "chart.asTable")}
        </button>
      </figcaption>
      {asTable ? props.table() : <Picture {...props} />}
      <p class="hint">{props.summary}</p>
    </figure>
  );
}

function Picture(props: ChartProps) {
  return (
    <>
      <ul class="legend">
        {props.series.map((one) => <LegendItem key={one.name} series={one} />)}
      </ul>
      <Canvas {...props} />
    </>
  );
}

function LegendItem(props: { series: ChartSeries }) {
  return (
    <li>
      <svg width="28" height="8" aria-hidden="true">
        <line x1="0" y1="4" x2="28" y2="4" stroke={`var(${props.series.colour})`} stroke-width="3"
          stroke-dasharray={props.series.dash?.join(" ")} />
      </svg>
      {props.series.name}
    </li>
  );
}

function dataOf(props: ChartProps): uPlot.AlignedData {
  return [[...props.x], ...props.series.map((one) => [...one.values])];
}

function Canvas(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const shape = props.series.map((one) => one.name).join("\n");

  useEffect(() => drawInto(box.current, plot, latest), [shape, theme.value]);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.x, props.series]);

  return (
    <div ref={box} class="canvas" role="img" aria-label={`${props.title}. ${props.summary}`} />
  );
}

/** Draws anew when the width or the theme of the system changes; returns what ends that. */
function drawInto(box: HTMLDivElement | null, plot: { current: uPlot | null },
  latest: { current: ChartProps }): () => void {
  let over = false;
  let end = () => {};
  import("./plot").then(({ draw }) => {
    if (over || !box) {
      return;
    }
    const again = () => {
      const props = latest.current;
      plot.current?.destroy();
      plot.current = draw(box, dataOf(props), {
        series: props.series,
        xText: (x) => latest.current.xText(x),
        yText: (y) => latest.current.yText(y),
        indexed: props.indexed ?? false,
        seconds: props.seconds,
        height: props.height ?? 220,
      });
    };
    const width = new ResizeObserver(() => {
      if (Math.abs((plot.current?.width ?? 0) - box.clientWidth) > 2) {
        again();
      }
    });
    width.observe(box);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    end = () => {
      width.disconnect();
      system.removeEventListener("change", again);
    };
  }, () => undefined); // the summary and the table are there without the picture
  return () => {
    over = true;
    end();
    plot.current?.destroy();
    plot.current = null;
  };
}
