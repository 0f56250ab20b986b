import * as tf from '@tensorflow/tfjs-core'
import { median } from '../src-main/math/statistics/quantile.ts'
import type { EngineName } from '../src-main/core/machine/engines/registry.ts'
import { loadEngine } from '../src-main/engines/load-engine.ts'

/**
 * What a run of a program costs beside its operations: `engines-overhead.ts ENGINE`. The program adds 1
 * to three fed numbers. Prints one line of JSON; called by engines.ts.
 */

const rounds = 25
const runsPerRound = 1_000

const engine = await loadEngine(process.argv[2] as EngineName)
const program = engine.compile(
  'overhead',
  (_, [x]) => ({ state: [], outputs: [tf.add(x!, 1)] }),
  [{ shape: [3], dtype: 'float32' }],
  engine.createState([]),
)
const feed = Float32Array.of(1, 2, 3)
const wall: number[] = []
const cpu: number[] = []
for (let round = 0; round < rounds; round++) {
  const startCpu = process.cpuUsage()
  const startMs = performance.now()
  for (let run = 0; run < runsPerRound; run++) await program.run([feed])
  wall.push((1000 * (performance.now() - startMs)) / runsPerRound)
  const used = process.cpuUsage(startCpu)
  cpu.push((used.user + used.system) / runsPerRound)
}
console.log(JSON.stringify({ wallMicroseconds: median(wall), cpuMicroseconds: median(cpu) }))
