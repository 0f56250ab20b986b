import koffi from 'koffi'
import { median } from '../math/statistics/quantile.ts'
import type { EngineCheckRequest, EngineFindings } from '../core/machine/engine-check.ts'
import { type BoosterPack, isBoosterPack } from '../core/machine/engines/registry.ts'
import { boosterDefaults } from '../training/boosting/booster.ts'
import { checkBooster, readBoostingCases, timeRound } from './boosting/check-booster.ts'
import { loadBooster } from './boosting/load-booster.ts'
import { runConformance } from './conformance/run-conformance.ts'
import { loadEngine } from './load-engine.ts'
import type { NetworkDefinition } from '../training/models/network-definition.ts'
import { TIMED_CLASSES, TIMED_INPUTS, timedNetworks } from './timed-networks.ts'
import type { Engine } from '../training/compiled/compiled-function.ts'
import { compileNetwork } from '../training/compiled/compile-network.ts'

const ROWS = 64

/** A network is timed this long, or for this many steps. */
const TIMED_MS = 700
const MAX_TIMED_STEPS = 200
/** From this time of an MLP step on, a CNN step would take seconds. */
const SLOW_STEP_MS = 50

/** Loads one engine, checks its results and times it; in a process that is thrown away. */
export async function measureEngine(request: EngineCheckRequest): Promise<EngineFindings> {
  if (request.engines !== undefined) process.env['TUNEWRIGHT_ENGINES'] = request.engines
  if (isBoosterPack(request.engine)) return measureBooster(request.engine)
  const engine = await loadEngine(request.engine)
  const { passed, failed } = await runConformance(engine)
  const mlpMs = await medianStepMs(engine, timedNetworks.mlp)
  const cnnMs = mlpMs < SLOW_STEP_MS ? await medianStepMs(engine, timedNetworks.cnn) : null
  const names = failed.map(result => result.case)
  return { engine: engine.info, passed, failed: names, stepMs: { mlp: mlpMs, cnn: cnnMs } }
}

async function measureBooster(name: BoosterPack): Promise<EngineFindings> {
  const library = loadBooster(name)
  const { passed, failed } = checkBooster(library, await readBoostingCases())
  const roundMs = timeRound(library, boosterDefaults)
  const versions = { [name]: library.version, koffi: koffi.version }
  const engine = { name, device: 'CPU', threads: 1, versions }
  return { engine, passed, failed, stepMs: null, roundMs }
}

async function medianStepMs(engine: Engine, network: NetworkDefinition): Promise<number> {
  const compiledNetwork = compileNetwork({
    engine,
    network,
    loss: 'crossEntropy',
    optimizer: 'adam',
    seed: 1,
    batchSize: ROWS,
    evaluationBatchSize: ROWS,
  })
  const x = Float32Array.from({ length: ROWS * TIMED_INPUTS }, (_, index) => (index % 17) / 17)
  const y = new Float32Array(ROWS * TIMED_CLASSES)
  for (let row = 0; row < ROWS; row++) y[row * TIMED_CLASSES + (row % TIMED_CLASSES)] = 1
  const step = (number: number) =>
    compiledNetwork.step(x, y, { learningRate: 0.001, momentum: 0, l2: 0 }, number)
  // Programs are built in the first step.
  await step(0)
  const durationsMs: number[] = []
  const startMs = performance.now()
  do {
    const stepStartMs = performance.now()
    await step(durationsMs.length + 1)
    durationsMs.push(performance.now() - stepStartMs)
  } while (durationsMs.length < MAX_TIMED_STEPS && performance.now() - startMs < TIMED_MS)
  compiledNetwork.dispose()
  return median(durationsMs)
}
