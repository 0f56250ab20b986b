import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { SlurmCluster } from '../helpers/slurm-cluster.ts'
import { Figures } from './figures.ts'
import { forgePeers } from './forged-peers.ts'
import { fillDisk } from './full-disk.ts'
import { giveHostileInputs } from './hostile-inputs.ts'
import { sendHostileRequests } from './hostile-requests.ts'
import { killStudies } from './kills.ts'
import { moveDatabases } from './moved-databases.ts'
import { killOperations } from './operation-kills.ts'
import { endPrograms } from './program-ends.ts'
import { showNames } from './shown-names.ts'

/**
 * The campaign of docs/reliability.md: `npm run endurance -- --minutes 30`. Linux; `--part processes` on Windows as well.
 *
 * `--part kills`, `operations`, `inputs`, `bombs`, `names`, `requests`, `moves`, `peers`, `disk` or `processes`: these alone; each gets its
 * share of the minutes. Without it a campaign of less than 15 minutes leaves out `operations`, `bombs`, `names`, `moves` and `peers`. `processes` ends
 * programs in eleven ways, `--tries N` of them however long that takes. `--seed N` chooses what happens, `--kind NAME` the
 * kinds of study or of command that are killed or whose disk is full, `--victim NAME` their processes (such as `supervisor`), `--slurm` lets jobs run on a real Slurm, `--reader NAME --inputs N` who reads how many hostile inputs, `--guided` lets them get deep, `--from N --step N` the writes at which
 * the disk is full. Ends with code 1 if something was found; what it was found in stays.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    part: { type: 'string', multiple: true, default: [] },
    reader: { type: 'string', multiple: true, default: [] },
    inputs: { type: 'string', default: '1000000' },
    tries: { type: 'string' },
    guided: { type: 'boolean', default: false },
    slurm: { type: 'boolean', default: false },
    kind: { type: 'string', multiple: true, default: [] },
    victim: { type: 'string', multiple: true, default: [] },
    from: { type: 'string', default: '1' },
    step: { type: 'string', default: '1' },
  },
})
const folder = mkdtempSync(path.join(os.tmpdir(), 'endurance-'))
const figures = new Figures(path.join(folder, 'figures.json'))
const seed = Number(values.seed)

/** Minutes from which on every part takes part. */
const LONG_MINUTES = 15

interface Part {
  readonly share: number
  /** Of no use in a short campaign, unless it is asked for. */
  readonly isLong?: true
  readonly run: (folder: string, untilMs: number) => Promise<void>
}
const parts: Readonly<Record<string, Part>> = {
  kills: {
    share: 2,
    run: (runFolder, untilMs) =>
      killStudies({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        only: values.kind,
        victims: values.victim,
      }),
  },
  operations: {
    share: 1,
    isLong: true,
    run: (runFolder, untilMs) =>
      killOperations({ folder: runFolder, seed, untilMs, figures, only: values.kind }),
  },
  inputs: {
    share: 3,
    run: (runFolder, untilMs) =>
      giveHostileInputs({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        only: values.reader,
        maxInputs: Number(values.inputs),
        mode: values.guided ? 'guided' : 'blind',
      }),
  },
  bombs: {
    share: 1,
    isLong: true,
    run: (runFolder, untilMs) =>
      giveHostileInputs({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        only: values.reader,
        maxInputs: Infinity,
        mode: 'bombs',
      }),
  },
  names: {
    share: 1,
    isLong: true,
    run: (runFolder, untilMs) =>
      showNames({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        maxInputs: Number(values.inputs),
      }),
  },
  moves: {
    share: 1,
    isLong: true,
    run: (runFolder, untilMs) => moveDatabases({ folder: runFolder, seed, untilMs, figures }),
  },
  peers: {
    share: 1,
    isLong: true,
    run: (runFolder, untilMs) =>
      forgePeers({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        maxInputs: Number(values.inputs),
      }),
  },
  requests: {
    share: 1,
    run: (runFolder, untilMs) =>
      sendHostileRequests({
        folder: runFolder,
        seed,
        untilMs,
        figures,
        maxInputs: Number(values.inputs),
      }),
  },
  disk: {
    share: 1,
    run: (runFolder, untilMs) =>
      fillDisk({
        folder: runFolder,
        figures,
        untilMs,
        only: values.kind,
        from: Number(values.from),
        step: Number(values.step),
      }),
  },
  processes: {
    share: 1,
    run: (runFolder, untilMs) =>
      endPrograms({
        folder: runFolder,
        figures,
        ...(values.tries === undefined
          ? { tries: Infinity, untilMs }
          : { tries: Number(values.tries), untilMs: Infinity }),
      }),
  },
}

const isShort = Number(values.minutes) < LONG_MINUTES
const chosen = Object.entries(parts).filter(([name, { isLong }]) =>
  values.part.length === 0 ? !(isShort && isLong === true) : values.part.includes(name),
)
const shares = chosen.reduce((sum, [, { share }]) => sum + share, 0)
const cluster = values.slurm ? await SlurmCluster.start(mkdtempSync('/tmp/slurm-')) : null
for (const [name, { share, run }] of chosen) {
  const runFolder = path.join(folder, name)
  mkdirSync(runFolder)
  await run(runFolder, performance.now() + (Number(values.minutes) * 60_000 * share) / shares)
}

cluster?.stop()
console.log(JSON.stringify(figures.table(), null, 2))
if (figures.faults.length === 0) rmSync(folder, { recursive: true, force: true })
else console.log(`${figures.faults.length} faults, kept in ${folder}`)
process.exitCode = figures.faults.length === 0 ? 0 : 1
