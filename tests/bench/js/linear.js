/** A linear layer y = x W^T + b over typed arrays: x `[rows, inputs]`, y `[rows, outputs]`, W `[outputs, inputs]`. */
export class Linear {
  /** @param {import("./types.js").RunFile} file @param {string} weight @param {string} bias */
  constructor({ parameters }, weight, bias) {
    const [outputs, inputs] = parameters[weight].shape;
    this.outputs = outputs;
    this.inputs = inputs;
    this.weight = new Float64Array(parameters[weight].data);
    this.bias = new Float64Array(parameters[bias].data);
    this.ofWeight = new Float64Array(this.weight.length);
    this.ofBias = new Float64Array(this.bias.length);
  }

  /** @param {Float64Array} x @param {Float64Array} y */
  forward(x, y) {
    const { inputs, outputs, weight, bias } = this;
    const rows = y.length / outputs;
    for (let row = 0; row < rows; row++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias[o];
        for (let i = 0; i < inputs; i++) sum += weight[o * inputs + i] * x[row * inputs + i];
        y[row * outputs + o] = sum;
      }
    }
  }

  /**
   * Adds to the gradients, and to dx where it is wanted.
   * @param {Float64Array} x @param {Float64Array} dy @param {Float64Array | undefined} dx
   */
  backward(x, dy, dx) {
    const { inputs, outputs, weight, ofWeight, ofBias } = this;
    const rows = dy.length / outputs;
    for (let row = 0; row < rows; row++) {
      for (let o = 0; o < outputs; o++) {
        const slope = dy[row * outputs + o];
        ofBias[o] += slope;
        for (let i = 0; i < inputs; i++) ofWeight[o * inputs + i] += slope * x[row * inputs + i];
        if (dx) for (let i = 0; i < inputs; i++) dx[row * inputs + i] += slope * weight[o * inputs + i];
      }
    }
  }

  /** A step of gradient descent; the gradients begin anew. @param {number} rate */
  update(rate) {
    for (const [values, slopes] of [
      [this.weight, this.ofWeight],
      [this.bias, this.ofBias],
    ]) {
      for (let k = 0; k < values.length; k++) values[k] -= rate * slopes[k];
      slopes.fill(0);
    }
  }
}
