// The lab itself.

import { Lab } from "../../gradient_lab.js";

export { Lab };

/** @param {string} text */
export async function open(text) {
  return Lab.fromRunFile(text);
}
