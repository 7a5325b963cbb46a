// What the walks through layers and through time share: places in the run file's tensors, and how sums are written out.

import { format } from "./numbers.js";
import { text } from "./strings.js";

/** @typedef {{ shape: number[], data: number[] }} Tensor */
/** A step: what it is called, its lines, and the layer that it is about. @typedef {{ title: string, lines: string[], layer: number | null }} Step */
/** What is followed: a sample of the batch and a unit of every layer, from 0. @typedef {{ sample: number, unit: number }} Followed */

/** As many terms of a sum are written out. */
const TERMS = 3;

/** How many numbers a row has. @param {Tensor} tensor */
export const width = (tensor) => tensor.shape[tensor.shape.length - 1];

/** A row: that of a sample, or the weights of a unit. @param {Tensor} tensor @param {number} index */
export const row = (tensor, index) => tensor.data.slice(index * width(tensor), (index + 1) * width(tensor));

/** What each sample, or each unit, has at a place. @param {Tensor} tensor @param {number} index */
export const column = (tensor, index) => tensor.data.filter((_, place) => place % width(tensor) === index);

/** The unit that is followed, in a layer that may have fewer. @param {Tensor} tensor @param {number} unit */
export const within = (tensor, unit) => Math.min(unit, width(tensor) - 1);

/** @param {number[]} left @param {number[]} right @returns {number[][]} */
export const pairs = (left, right) => left.map((value, index) => [value, right[index]]);

/** @param {number[]} left @param {number[]} right */
export const dot = (left, right) => left.reduce((sum, value, index) => sum + value * right[index], 0);

/** @param {number[]} numbers */
export const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** @param {number} x */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** Where the largest of them is, whatever its sign. @param {number[]} numbers */
export function largest(numbers) {
  return numbers.reduce((best, value, index) => (Math.abs(value) > Math.abs(numbers[best]) ? index : best), 0);
}

/** Numbers in brackets, the first ones of many. @param {number[]} numbers */
export function list(numbers) {
  const shown = numbers.slice(0, TERMS).map((number) => format(number));
  if (numbers.length > TERMS) shown.push("…");
  return `(${shown.join(", ")})`;
}

/** A sum of products, and of what is added to them, written out as far as one can read it. @param {number[][]} pairs @param {number[]} [rest] */
export function products(pairs, rest = []) {
  const terms = pairs.slice(0, TERMS).map(([x, y]) => `${bracketed(x)}·${bracketed(y)}`);
  if (pairs.length > TERMS) terms.push(text("walk.more", { count: pairs.length - TERMS }));
  return [...terms, ...rest.map(bracketed)].join(" + ");
}

/** @param {number} number */
export function bracketed(number) {
  return number < 0 ? `(${format(number)})` : format(number);
}

/** Numbers by name, each as it stands in a formula. @param {Record<string, number | string>} values */
export function written(values) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === "number" ? bracketed(value) : value]));
}
