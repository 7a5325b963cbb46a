// The most multiply-adds that this machine does with 128-bit vectors: a WebAssembly function that touches nothing but its
// registers. It is written out byte by byte, because then no compiler has a say in what is measured.

const F32 = 0x7d;
const V128 = 0x7b;
const [LOCAL_GET, LOCAL_SET, LOCAL_TEE] = [0x20, 0x21, 0x22];
const SPLAT = [0xfd, 0x13];
const ADD = [0xfd, 0xe4, 0x01];
const MUL = [0xfd, 0xe6, 0x01];
const LANES = 4;
const ROUNDS = 2_000_000;

/** A length and what has it. The lengths here need one or two bytes of LEB128. @param {number[]} bytes */
function sized(bytes) {
  const { length } = bytes;
  return [...(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), ...bytes];
}

/** @param {number} id @param {number[]} body */
function section(id, body) {
  return [id, ...sized(body)];
}

/** run(rounds, scale, shift): each of the accumulators x becomes x * scale + shift, so many times. @param {number} accumulators */
function module(accumulators) {
  const [rounds, scale, shift, scales, shifts, first] = [0, 1, 2, 3, 4, 5];
  const all = Array.from({ length: accumulators }, (_, index) => first + index);
  const code = [
    ...[1, 2 + accumulators, V128],
    ...[LOCAL_GET, scale, ...SPLAT, LOCAL_SET, scales, LOCAL_GET, shift, ...SPLAT, LOCAL_SET, shifts],
    ...[0x03, 0x40], // loop
    ...all.flatMap((x) => [LOCAL_GET, x, LOCAL_GET, scales, ...MUL, LOCAL_GET, shifts, ...ADD, LOCAL_SET, x]),
    ...[LOCAL_GET, rounds, 0x41, 1, 0x6b, LOCAL_TEE, rounds], // rounds - 1
    ...[0x0d, 0, 0x0b], // back, unless it is 0
    // All of them go into the result, or there would be no need to compute them.
    ...[LOCAL_GET, first, ...all.slice(1).flatMap((x) => [LOCAL_GET, x, ...ADD])],
    ...[0xfd, 0x1f, 0, 0x0b], // the first lane of the sum
  ];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, F32, F32, 1, F32]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...sized([..."run"].map((letter) => letter.charCodeAt(0))), 0, 0]),
    ...section(10, [1, ...sized(code)]),
  ]);
}

/** Too few accumulators wait for each other, too many do not fit in the registers: the best count is the machine's. */
const tries = Promise.all(
  [8, 10, 12, 14].map(async (accumulators) => {
    const { instance } = await WebAssembly.instantiate(module(accumulators));
    const run = /** @type {(rounds: number, scale: number, shift: number) => number} */ (instance.exports.run);
    run(ROUNDS, 0.5, 0.5);
    return { run, flops: 2 * LANES * accumulators * ROUNDS };
  }),
);

/** FLOP a second. */
export async function peak() {
  const rates = (await tries).map(({ run, flops }) => {
    const start = performance.now();
    // They stay near 1, so that no number is a slow one.
    const result = run(ROUNDS, 0.5, 0.5);
    if (!(result > 1)) throw new Error(`the peak's loop gives ${result}`);
    return (1000 * flops) / (performance.now() - start);
  });
  return Math.max(...rates);
}
