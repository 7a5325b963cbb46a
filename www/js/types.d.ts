// The shapes that pass between the modules: what the engine hands out (src/lab, src/link.rs, src/catalog.rs)
// and what the page adds. Types only; nothing here is loaded at run time.

// ---- From the engine ----

export type NumberState = "normal" | "zero" | "underflow" | "infinite" | "nan";

export interface Magnitude { l2: number; rms: number; state: NumberState }

export interface Split { weights: number; slope: number; norm: number; skip: number; gate: number; dropout: number }

export interface LayerSnapshot {
  name: string;
  frozen: boolean;
  inputs: number;
  outputs: number;
  weight_gradient: Magnitude;
  signal_gradient: Magnitude;
  split?: Split | null;
  activation: { mean: number; deviation: number };
  saturated?: number | null;
  dead?: number | null;
  weight_rms: number;
  update_ratio?: number | null;
  distance?: number | null;
}

export interface Divergence {
  step: number;
  layer: string;
  quantity: "activation" | "gradient";
  state: NumberState;
}

export interface Update { name: string; count: number; gradient: number; clipped: number; change: number; frozen: boolean }

export interface Snapshot {
  step: number;
  epoch: number;
  precision: string;
  parameters: number;
  loss: { batch: number; train: number; test?: number | null; chance: number };
  accuracy?: { train: number; test?: number | null } | null;
  layers: LayerSnapshot[];
  /** From each weight matrix's gradient to the next update, in L2 norms. */
  updates: Update[];
  way: "chain" | "joined" | "direct";
  /** How many of the first time steps truncation keeps the gradient from. */
  cut: number;
  rate: number;
  clip: { before: number; after: number };
  first_to_last: { weights?: number | null; signal?: number | null };
  divergence?: Divergence | null;
}

/** A quantity at each time step: its mean, and what a tenth lies below and above. */
export interface Course { name: string; mean: number[]; low: number[]; high: number[] }

/** One recurrent layer, or the attention block, on the present batch. */
export interface OverTime {
  step: number;
  layer: number;
  layers: number;
  gates: Course[];
  carried?: number | null;
  state?: { radius: number; norm: number; slope: Course; steepest: number } | null;
  /** Rows of `steps` weights, from time step `first` (from 0) on. */
  attention?: { steps: number; first: number; mean: number[]; sample: number[] } | null;
}

/** A network beside the theory of its start: factors a layer, and how many standard deviations it is off. */
export interface Comparison { expected: number; measured: number; deviations?: number | null; within?: boolean | null }

/** One weight's gradient, by back-propagation and by the difference of losses around it. */
export interface Check { value: number; backprop: number; difference: number; nudge: number; error?: number | null; rounding: number }

/** `layers` are indices; none if it is about the whole run. */
export interface Finding { rule: string; layers: number[]; value: number; threshold: number }

export interface Verdict {
  gradient: "diverged" | "shallow" | "zero" | "underflow" | "truncated" | "vanishing" | "exploding" | "direct" | "even";
  learning: "diverged" | "too_early" | "stalled" | "learning" | "learned";
  hidden_layers: number;
  ratio?: number | null;
  factor?: number | null;
  split?: Split | null;
  steps_to_move?: number | null;
  /** Every rule that holds, the most severe first. */
  findings: Finding[];
  step: number;
  loss_now: number;
  loss_chance: number;
  divergence?: Divergence | null;
}

export type Learned =
  | { kind: "plane"; extent: number; side: number; cells: number[]; points: object[] }
  | { kind: "curve"; extent: number; answers: number[]; points: object[] }
  | { kind: "images"; side: number; images: { pixels: number[]; class: number; guess: number }[] }
  | { kind: "examples"; are_numbers: boolean; examples: { shown: string; expected: string; answered: string }[] }
  | { kind: "undrawable"; inputs: number; outputs: number };

/** How many numbers lie in each equal part of an axis: from -limit to limit, or of powers of ten from 1e-24 to 1e4. */
export interface Histogram { axis: { linear: { limit: number } } | "powers"; counts: number[]; zeros: number; lost: number }

export interface Distributions {
  layer: number;
  weights: Histogram;
  pre?: Histogram | null;
  output: Histogram;
  weight_gradient: Histogram;
  signal_gradient: Histogram;
}

export interface CatalogOption { id: string; name: string; formula?: string; help?: string; source?: string }

export interface CatalogParam {
  key: string;
  name: string;
  group: string;
  help: string;
  kind: "choice" | "integer" | "number" | "layers";
  default: string;
  min?: number | null;
  max?: number | null;
  log?: boolean | null;
  options?: CatalogOption[] | null;
}

export type CatalogRule = Required<CatalogOption>;

export interface Catalog {
  groups: { id: string; name: string }[];
  params: CatalogParam[];
  rules: CatalogRule[];
  version: string;
}

export interface Problem { field: string; got: string; allowed: string; message: string }

export interface ParsedControl {
  key: string;
  value: string;
  applies: boolean;
  /** Its name and help in this Setup, in English, if they are not always the same. */
  name: string;
  help: string;
  options: string[];
}

export interface Parsed {
  query: string;
  setup: object;
  /** The file in data/ that the run needs. */
  file: string | null;
  data_name?: string | null;
  /** Whether only the full module can run it. */
  full: boolean;
  parameters: number;
  controls: ParsedControl[];
  problems: Problem[];
}

// ---- Between the page and the worker ----

/** What the worker measured at one moment, as the engine wrote it. */
export interface MeasuredFrame {
  bytes: Uint8Array;
  /** Whether they hold a picture of what was learned. */
  pictured: boolean;
  running: boolean;
  /** How the numbers of the layer lie that is looked into, if one is. */
  counted?: Uint8Array;
}

/** The numbers of a frame, and what they were read from. `learned` is the latest picture there is. */
export interface Frame extends MeasuredFrame {
  snapshot: Snapshot;
  verdict: Verdict;
  learned: Learned | null;
  /** Of the layer that was looked into then. */
  distributions: Distributions | null;
}

/** How a run is opened: from a link, or from a run file. */
export interface Opening {
  query?: string;
  runFile?: string;
  /** The bytes of the file in data/ that it needs. */
  file?: Uint8Array;
  /** Steps a second to go on with at once (null: as fast as it goes), or nothing to stay paused. */
  run?: { rate: number | null };
}

export type Request =
  | { type: "full"; compiled: WebAssembly.Module }
  | { type: "fileOfRunFile"; runFile: string }
  | { type: "open"; opening: Opening }
  | { type: "run"; rate: number | null }
  | { type: "pause" }
  | { type: "step"; count: number }
  | { type: "reset" }
  | { type: "frame"; learned: LearnedWish }
  | { type: "tensors" }
  | { type: "theory" }
  | { type: "overTime"; layer: number }
  | { type: "check"; parameter: string; index: number }
  | { type: "runFile" };

/** Whether a frame should hold the picture of what was learned: never, if its turn has come, or in any case. */
export type LearnedWish = "none" | "due" | "now";

/** `asked` and `done` belong to a step(n) that was ended early. */
export interface WorkerError { name: string; message: string; fatal: boolean; asked?: number; done?: number }

export type WorkerMessage =
  | { id: number; ok: true; value: any }
  | { id: number; ok: false; error: WorkerError }
  | { event: "progress"; step: number; rate: number }
  | { event: "stopped" }
  | { event: "crash"; error: WorkerError };

// ---- Between the map and its workers ----

/** A run to build and to train for so many steps; `file` has the bytes of its data, if it needs some. */
export interface MapJob { query: string; steps: number; file?: Uint8Array }

/** How it began and how it ended: first : last gradient before and after the steps, none where that is no number. */
export interface MapCell { ratio: number | null; after: number | null; loss: number; chance: number; diverged: boolean; step: number }

// ---- Between the page and the worker of the lanes ----

export type LaneRequest =
  | { type: "engine"; module: WebAssembly.Module; full: boolean }
  | { type: "open"; lane: number; query: string; file?: Uint8Array; full: boolean }
  | { type: "close"; lane: number }
  | { type: "stop" }
  | { type: "advance"; to: number };

// ---- The course: www/lessons, see docs/teaching.md ----

/** What was measured at one moment; the theory is known of the start alone. */
export interface Moment { snapshot: Snapshot; verdict: Verdict; theory?: Comparison | null }

/** The quantities of each moment: "start" and "end" of the experiment, "changed_start" and "changed_end" of the other. */
export type Measured = Record<string, Record<string, number | null>>;

/** Bounds on a quantity, or on a field of the Setup as the link names it. */
export interface Condition { quantity?: string; field?: string; at_least?: number; at_most?: number; equals?: string }

/** An element of MathML with its children, or text. */
export type Formula = string | FormulaElement;
export interface FormulaElement extends Array<Formula> { 0: string }

/** What the chart of a lesson has a bar for: layers, which begin with 0 where there is a stem, or time steps. */
export interface Bars { of: "layers" | "steps"; first: number; last: number }

export interface Lesson {
  minutes: number;
  setup: string;
  steps: number;
  bars: Bars;
  /** The factor a bar where the engine's theory is silent and the lesson derives one. */
  by_hand?: number;
  axis: [low: number, high: number];
  predict: { kind: "profile" } | { kind: "choice"; moment: string; options: Condition[] };
  formulas: Record<string, Formula[]>;
  change: { setup: string; steps: number };
  checks: { conditions: Condition[] }[];
  sources: string[];
  words: Record<string, LessonWords>;
}

export interface LessonWords {
  title: string;
  question: string[];
  predict: string;
  options: string[];
  compare: string[];
  why: (string | { formula: string })[];
  change: string[];
  changed: string[];
  checks: { task: string; right: string; hints: string[] }[];
  matters?: { where: string; words: string }[];
}

// ---- The page's own state ----

/** A pinned run. */
export interface Lane { key: number; parsed: Parsed }

/** A pinned run that is marked over the hero's bars: its letter, and its frame at the common step. */
export interface Marked { letter: string; bytes: Uint8Array }

export type Measure = "signal" | "weights";
export type Norm = "l2" | "rms";
export type Axis = "log" | "linear";

/** What happened, by its key in the strings; or what an error says; or a field that cannot be used. */
export interface NoticeLine {
  key?: string;
  values?: Record<string, string | number>;
  text?: string;
  field?: string;
  got?: string;
  allowed?: string;
}

export interface Notice {
  /** One notice of a kind at a time: a new one takes the place of the old. */
  kind: "link" | "file" | "worker" | "load" | "start" | "error" | "info";
  /** Its key in the strings, as is the action's label. */
  title: string;
  lines: NoticeLine[];
  action?: { label: string; run: () => void };
}

export interface State {
  /** Counts the runs that were opened. */
  runs: number;
  /** Whether the frame shown is the start of a run that the worker has yet to open. */
  previewing: boolean;
  /** Whether the frame shown is one of the past. */
  looking: boolean;
  /** Whether the run is on its way through steps that it has done before. */
  retracing: boolean;
  phase: "starting" | "ready" | "failed";
  /** The canonical link query of the Setup that the controls show. */
  link: string;
  parsed: Parsed | null;
  /** What was wrong with the last thing typed into a control, by key. */
  complaints: Record<string, Problem>;
  running: boolean;
  /** Updates still asked for by step(n), or 0. */
  stepping: number;
  speed: string;
  step: number;
  rate: number;
  frame: Frame | null;
  learned: Learned | null;
  /** The run before the last change, kept as an outline to compare with. */
  ghost: { snapshot: Snapshot; parsed: Parsed } | null;
  /** The layer that is looked into, by its place in the Snapshot. */
  selected: number | null;
  measure: Measure;
  axis: Axis;
  lanes: Lane[];
  /** What of them is marked over the hero's bars. */
  marked: Marked[];
  /** The run and the lanes at one step: what the worker of the lanes has measured. */
  compared: { live: Frame; lanes: { key: number; bytes: Uint8Array }[] } | null;
  /** Why the lanes cannot go on. */
  laneError: string | null;
  /** Whether the run was opened from a run file: its Setup alone does not give it back. */
  fromFile: boolean;
  /** Whether a part of the engine or a file of data is being fetched. */
  loading: boolean;
  /** Whether the theory is wanted, asked for, drawn, or has nothing to say. */
  theory: "off" | "asked" | "shown" | "silent";
  norm: Norm;
  dark: boolean;
  projector: boolean;
  language: string;
  notices: Notice[];
  /** Counts the moments worth telling a screen reader: pause, reset, finish. */
  settled: number;
}
