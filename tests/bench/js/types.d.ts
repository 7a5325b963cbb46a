/** What every contender can do. It is the lab's own interface, so the lab needs no words about it. */
export interface Contender {
  /** Trainable numbers. */
  readonly parameters: number;
  /** Makes so many updates, batch after batch, round and round; returns how many were made. */
  step(n: number): number;
  /** The mean squared error on the batch of the next update. */
  loss(): number;
  /** What has to be done before a call, if others had theirs in between. */
  use?(): Promise<unknown>;
  free?(): void;
}

export interface Tensor {
  shape: number[];
  data: number[];
}

/** What a contender has to know of a run file. */
export interface RunFile {
  config: { kind: "mlp" | "rnn" | "lstm" | "gru"; depth?: number; optimizer: { lr: number } };
  parameters: Record<string, Tensor>;
  batches: { inputs: Tensor; targets: Tensor }[];
}

// The libraries bring no types that fit a plain script, and the checks do not install them.
declare global {
  interface Window {
    tf: any;
    convnetjs: any;
  }
}
