// Draws series on a canvas with uPlot. Loaded when the first chart is shown.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import type { ChartSeries } from "./chart";

export interface PlotOptions {
  series: readonly ChartSeries[];
  /** How a place on the x axis is written: instants in seconds or indexes. */
  xText: (x: number) => string;
  yText: (y: number) => string;
  /** Whole steps only, for places that are indexes. */
  indexed: boolean;
  /** How much time is shown, to the last place. */
  seconds?: number;
  height: number;
}

/** Canvas knows no variables of style sheets: what a token comes to is read from an element. */
function colourOf(inside: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  inside.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

function seriesOf(inside: HTMLElement, one: ChartSeries): uPlot.Series {
  return {
    label: one.name,
    stroke: colourOf(inside, one.colour),
    width: 2,
    dash: one.dash ? [...one.dash] : undefined,
    paths: one.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined,
    points: { show: one.points ?? false, size: 7 },
  };
}

function axesOf(inside: HTMLElement, options: PlotOptions): uPlot.Axis[] {
  const common = {
    stroke: colourOf(inside, "--quiet"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: colourOf(inside, "--line"), width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...common,
      grid: { show: false },
      space: 90,
      incrs: options.indexed ? [1, 2, 5, 10, 20, 50, 100, 200, 500] : [60, 120, 300, 600],
      values: (_plot, splits) => splits.map((x) => options.xText(x)),
    },
    { ...common, size: 60, values: (_plot, splits) => splits.map((y) => options.yText(y)) },
  ];
}

/** Draws into an element until the returned object is destroyed. */
export function draw(inside: HTMLElement, data: uPlot.AlignedData, options: PlotOptions): uPlot {
  return new uPlot({
    width: Math.max(inside.clientWidth, 200),
    height: options.height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: {
        time: false,
        range: options.seconds
          ? (_plot, _min, max) => [max - (options.seconds ?? 0), max] : undefined,
      },
      // From zero: a chart that begins elsewhere makes small changes look large.
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    series: [{}, ...options.series.map((one) => seriesOf(inside, one))],
    axes: axesOf(inside, options),
  }, data, inside);
}
