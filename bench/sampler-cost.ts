import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { samplers } from '../src-main/search/samplers/registry.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { comparedCases, type CostCase, longStudy, longStudySamplers } from './sampler-cost-cases.ts'

/**
 * What proposing costs: `TUNEWRIGHT_PEER_PYTHON=/path/to/python npm run bench:sampler-cost [-- NAME…]` compares with Optuna
 * in the same minutes; without the variable ours are measured alone. NAME limits it to some samplers.
 *
 * Only CPU seconds are compared: they are what a busy machine changes least. Exits with 1 if a bar is missed.
 */

const python = process.env['TUNEWRIGHT_PEER_PYTHON']
const only = process.argv.slice(2)
const isWanted = ({ sampler }: CostCase): boolean =>
  Object.hasOwn(samplers, sampler) && (only.length === 0 || only.includes(sampler))

interface OwnCost {
  readonly cpuSeconds: number
  /** CPU seconds of the first so many trials. */
  readonly marks: Readonly<Record<string, number>>
  /** Wall time of one proposal at the end, median of the last 50. */
  readonly lastProposalMs: number
}

function runOwn(cost: CostCase): OwnCost {
  const script = join(import.meta.dirname, 'sampler-cost-run.ts')
  const line = execFileSync(process.execPath, [script, JSON.stringify(cost)], { encoding: 'utf8' })
  return JSON.parse(line) as OwnCost
}

/** Null, with a line that says why, where the peer lacks something for this sampler. */
function runOptuna(cost: CostCase): { cpuSeconds: number; version: string } | null {
  const { sampler, trials, dimensions, goals, stored } = cost
  const script = join(import.meta.dirname, 'peers', 'optuna_cost.py')
  const settings = [sampler, trials, dimensions, goals, stored ? 1 : 0].map(String)
  const { status, stdout, stderr } = spawnSync(python!, [script, ...settings], { encoding: 'utf8' })
  if (status === 0) return JSON.parse(stdout) as { cpuSeconds: number; version: string }
  console.log(`Optuna could not run ${sampler}: ${stderr.trimEnd().split('\n').at(-1)}`)
  return null
}

const compared = comparedCases.filter(isWanted).map(cost => {
  const measured = runOwn(cost)
  const peer = python === undefined ? null : runOptuna(cost)
  const ratio = peer === null ? null : peer.cpuSeconds / measured.cpuSeconds
  return { ...cost, measured, peer, ratio, passed: ratio === null ? null : ratio >= cost.bar }
})

printTable(
  ['sampler', 'trials × parameters', 'CPU s', 'Optuna CPU s', 'times less', 'bar', 'passed'],
  compared.map(({ sampler, trials, dimensions, stored, measured, peer, ratio, bar, passed }) => [
    sampler + (stored ? ', SQLite' : ''),
    `${trials} × ${dimensions}`,
    measured.cpuSeconds.toPrecision(3),
    peer?.cpuSeconds.toPrecision(3) ?? '–',
    ratio?.toPrecision(3) ?? '–',
    `≥ ${bar}`,
    passed === null ? 'not compared' : passed ? 'yes' : 'NO',
  ]),
)
if (python === undefined) console.log('Set TUNEWRIGHT_PEER_PYTHON to compare with Optuna.')

/** 1,000 to 10,000 trials cost this many times as much when the cost of a study grows as n log n. */
const nLogN = (10_000 * Math.log(10_000)) / (1000 * Math.log(1000))
const long = longStudySamplers.filter(isWanted).map(cost => {
  const measured = runOwn(cost)
  const growth = measured.marks['10000']! / measured.marks['1000']!
  return { ...cost, measured, growth, passed: measured.lastProposalMs <= longStudy.proposalBarMs }
})

console.log(`\nA study of ${longStudy.trials} trials × ${longStudy.dimensions} parameters, CPU s\n`)
printTable(
  [
    'sampler',
    '1,000',
    '2,000',
    '5,000',
    '10,000',
    `growth (n log n: ${nLogN.toFixed(1)})`,
    'one proposal at the end, ms',
    `≤ ${longStudy.proposalBarMs}`,
  ],
  long.map(({ sampler, measured, growth, passed }) => [
    sampler,
    ...['1000', '2000', '5000', '10000'].map(mark => measured.marks[mark]!.toPrecision(3)),
    growth.toFixed(1),
    measured.lastProposalMs.toPrecision(3),
    passed ? 'yes' : 'NO',
  ]),
)
writeResults('sampler-cost', { machine: benchMachine(), nLogN, compared, long })
if ([...compared, ...long].some(({ passed }) => passed === false)) process.exitCode = 1
