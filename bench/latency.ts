import process from 'node:process'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { predictorOf } from '../src-main/trainer/attempts/predictor.ts'
import { measureLatency } from '../src-main/engines/measure-latency.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'
import { midranks } from '../src-main/math/statistics/midranks.ts'
import { mean } from '../src-main/math/numbers.ts'
import { median } from '../src-main/math/statistics/quantile.ts'
import { convolution, dense, pool, relu } from '../src-main/engines/timed-networks.ts'
import type { NetworkDefinition } from '../src-main/training/models/network-definition.ts'
import { exportOnnx } from '../src-main/training/onnx/export-onnx.ts'
import { compileNetwork } from '../src-main/training/compiled/compile-network.ts'

/**
 * Times predictions of networks of many sizes as `latencyMs` and `latencyBatch32Ms` do, and in ONNX Runtime on one thread, and prints both with
 * the agreement of their ranks (Spearman), and how far a second measurement is from the first. `node bin/run.cjs bench/latency.ts`
 */

const layered = (inputs: number, units: number, layers: number): NetworkDefinition => ({
  inputShape: [inputs],
  layers: [...Array.from({ length: layers }, () => [dense(units), relu]).flat(), dense(10)],
})
const convolved = (side: number, filters: number): NetworkDefinition => ({
  inputShape: [side, side, 1],
  layers: [
    convolution(filters),
    relu,
    pool,
    convolution(2 * filters),
    relu,
    { kind: 'flatten' } as const,
    dense(10),
  ],
})
const networks = [
  layered(64, 64, 1),
  layered(128, 256, 2),
  layered(512, 512, 2),
  layered(784, 1_024, 2),
  layered(784, 1_024, 4),
  layered(2_048, 2_048, 3),
  convolved(16, 4),
  convolved(28, 8),
  convolved(28, 32),
  convolved(56, 32),
]

const engine = await loadEngine('wasm')
interface Row {
  readonly ours: number
  readonly peer: number
  readonly ours32: number
  readonly peer32: number
  /** Relative, from one measurement to the next. */
  readonly change: number
  readonly change32: number
}
const rows: Row[] = []
for (const network of networks) {
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss: 'crossEntropy',
    optimizer: 'sgd',
    seed: 1,
    batchSize: 32,
    evaluationBatchSize: 32,
  })
  const weights = await compiledNetwork.readWeights()
  compiledNetwork.dispose()
  const names = Array.from({ length: 10 }, (_, index) => String(index))
  const model = {
    ...({ format: 1, task: 'image', network, preprocessing: {}, reading: {} } as const),
    outputs: { kind: 'classes' as const, names },
  }
  const measure = async () =>
    measureLatency(count => predictorOf({ model, weights, engine, boosters: [] }, count))
  const ours = await measure()
  const again = await measure()
  const bytes = exportOnnx(model as never, weights)
  const session = await InferenceSession.create(Buffer.from(bytes), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  const timed = (count: number) => {
    const size = network.inputShape.reduce((a, b) => a * b, 1)
    const input = new Tensor('float32', new Float32Array(count * size), [
      count,
      ...network.inputShape,
    ])
    return {
      predict: async () => {
        await session.run({ input })
      },
      dispose: () => undefined,
    }
  }
  const peer = await measureLatency(timed)
  await session.release()
  rows.push({
    ours: ours.latencyMs,
    peer: peer.latencyMs,
    ours32: ours.latencyBatch32Ms,
    peer32: peer.latencyBatch32Ms,
    change: Math.abs(again.latencyMs / ours.latencyMs - 1),
    change32: Math.abs(again.latencyBatch32Ms / ours.latencyBatch32Ms - 1),
  })
}
engine.dispose()
console.table(rows)

const numbers = (key: keyof Row) => rows.map(row => row[key])
process.stdout.write(
  `${JSON.stringify({
    rankAgreement: correlation(midranks(numbers('ours')), midranks(numbers('peer'))),
    rankAgreement32: correlation(midranks(numbers('ours32')), midranks(numbers('peer32'))),
    medianChange: median(numbers('change')),
    largestChange: Math.max(...numbers('change'), ...numbers('change32')),
  })}\n`,
)

function correlation(a: readonly number[], b: readonly number[]): number {
  const [centerA, centerB] = [mean(a), mean(b)]
  const sum = (of: (index: number) => number): number =>
    a.reduce((total, _, index) => total + of(index), 0)
  const from = (list: readonly number[], index: number, center: number): number =>
    (list[index] ?? center) - center
  const covariance = sum(index => from(a, index, centerA) * from(b, index, centerB))
  const [varianceA, varianceB] = [
    sum(index => from(a, index, centerA) ** 2),
    sum(index => from(b, index, centerB) ** 2),
  ]
  return covariance / Math.sqrt(varianceA * varianceB)
}
