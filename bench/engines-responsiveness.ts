import * as tf from '@tensorflow/tfjs-core'
import { median, quantileSorted } from '../src-main/math/statistics/quantile.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'

/**
 * How long the event loop keeps messages waiting while a long step runs on tensorflow (some 0.5 s of matrix products):
 * `engines-responsiveness.ts`. Prints one line of JSON; called by engines.ts.
 */
const size = 1_200
const products = 12
const runs = 5
const engine = await loadEngine('tensorflow')
const program = engine.compile(
  'long step',
  (_, [x]) => {
    let product = x!
    for (let index = 0; index < products; index++) product = tf.tanh(tf.matMul(product, x!))
    return { state: [], outputs: [tf.sum(product)] }
  },
  [{ shape: [size, size], dtype: 'float32' }],
  engine.createState([]),
)
const fed = new Float32Array(size * size).fill(1e-3)
const gapsMs: number[] = []
let beforeMs = performance.now()
const stepMs: number[] = []
// The first run traces and builds, on this thread.
await program.run([fed])
const ticker = setInterval(() => {
  const nowMs = performance.now()
  gapsMs.push(nowMs - beforeMs)
  beforeMs = nowMs
}, 1)
beforeMs = performance.now()
for (let run = 0; run < runs; run++) {
  const startMs = performance.now()
  await program.run([fed])
  stepMs.push(performance.now() - startMs)
}
clearInterval(ticker)
const ascending = gapsMs.sort((a, b) => a - b)
console.log(
  JSON.stringify({
    longestGapMs: ascending.at(-1),
    gapMs99: quantileSorted(ascending, 0.99),
    ticks: ascending.length,
    stepMs: median(stepMs),
  }),
)
