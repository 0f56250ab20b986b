import path from 'node:path'
import { createSobol } from '../../src-main/math/quasi-random/sobol.ts'
import type { CurveTask } from './taskset.ts'

/** Epoch 1 of the surrogate is the untrained network. */
const STEPS = 52
const SETTINGS = 1000

/** As they stand in `config_space.json`, in the order in which the model takes them. */
const PARAMETERS = [
  { name: 'batch_size', from: 16, to: 512, log: true, whole: true },
  { name: 'learning_rate', from: 1e-4, to: 0.1, log: true, whole: false },
  { name: 'momentum', from: 0.1, to: 0.99, log: false, whole: false },
  { name: 'weight_decay', from: 1e-5, to: 0.1, log: false, whole: false },
  { name: 'num_layers', from: 1, to: 5, log: false, whole: true },
  { name: 'max_units', from: 64, to: 1024, log: true, whole: true },
  { name: 'max_dropout', from: 0, to: 1, log: false, whole: false },
] as const

/** Place of the accuracy among the targets, in per cent. */
const ACCURACY = 1

export interface LcBenchSet {
  readonly name: string
  /** What stands for the data set in the model. */
  readonly code: number
}

/**
 * Learning curves of LCBench, as the surrogate of YAHPO Gym gives them: error of validation in per cent of 1,000 settings of a dense network, the same
 * for each data set.
 */
export async function loadLcBench(
  dataFolder: string,
  sets: readonly LcBenchSet[],
): Promise<CurveTask[]> {
  const onnx = await import('onnxruntime-node')
  const session = await onnx.InferenceSession.create(
    path.join(dataFolder, 'yahpo/lcbench/model.onnx'),
    { intraOpNumThreads: 1, interOpNumThreads: 1 },
  )
  const design = createSobol(PARAMETERS.length, 'owen', 1)
  const points = Array.from({ length: SETTINGS }, (_, setting) =>
    Float64Array.from(PARAMETERS, (_parameter, d) => design.coordinate(setting, d)),
  )
  const inputs = new Float32Array(SETTINGS * STEPS * (PARAMETERS.length + 1))
  let at = 0
  for (const point of points) {
    const values = PARAMETERS.map(({ from, to, log, whole }, d) => {
      const share = point[d]!
      const value = log ? from * (to / from) ** share : from + (to - from) * share
      return whole ? Math.round(value) : value
    })
    for (let step = 1; step <= STEPS; step++) {
      inputs.set([step, ...values], at)
      at += values.length + 1
    }
  }
  const tasks: CurveTask[] = []
  for (const { name, code } of sets) {
    const rows = SETTINGS * STEPS
    const { output } = await session.run({
      x_cat: new onnx.Tensor('int32', new Int32Array(rows).fill(code), [rows, 1]),
      x_cont: new onnx.Tensor('float32', inputs, [rows, PARAMETERS.length + 1]),
    })
    const { data, dims } = output!
    const width = dims[1]!
    const losses = Float64Array.from(
      { length: rows },
      (_, row) => 100 - (data[row * width + ACCURACY] as number),
    )
    tasks.push({ name, configs: SETTINGS, steps: STEPS, points, losses })
  }
  return tasks
}
