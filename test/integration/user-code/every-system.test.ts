import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { terminalText } from '../../../src-main/platform/processes/system/terminal-text.ts'
import type { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { inEnglish } from '../../helpers/expect-text.ts'
import {
  noteOfProcess,
  type NotedProcess,
  readNotes,
  stillRuns,
} from '../../helpers/noted-process.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

/** The promises of docs/programs.md, with programs that every system has: Node, and the system's shell. */

const scratch = useScratchFolders()
const isWindows = process.platform === 'win32'

/** Each notes its id first. Another process of its own, and a daemon, run on when it ends. */
const program = `
const fs = require('node:fs')
const { spawn } = require('node:child_process')
const { fault } = JSON.parse(fs.readFileSync(process.env.TUNEWRIGHT_PARAMETERS, 'utf8'))
const pids = 'pids'
fs.appendFileSync(pids, ${noteOfProcess})
fs.writeFileSync(pids + '.' + fault, process.pid + ' ' + process.ppid)
const stay = ${JSON.stringify(`require('node:fs').appendFileSync('pids', ${noteOfProcess}); setInterval(() => 0, 1000)`)}
const told = "; process.send('there', () => process.disconnect())"
const child = detached => new Promise(resolve => {
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc']
  const started = spawn(process.execPath, ['--eval', stay + told], { stdio, detached })
  started.unref()
  started.once('message', resolve)
})
// As many as the limit allows, all of which have noted their ids; then more.
const beyondLimit = async () => {
  for (let count = 1; count < 6; count++) await child(true)
  for (let count = 0; count < 7; count++) child(true)
}
const report = (step, loss) => console.log(JSON.stringify({ step, loss }))
const forever = () => { let step = 1; setInterval(() => report(++step, step), 10) }
report(1, 2.5)
switch (fault) {
  case 'well': Promise.all([child(false), child(true)]).then(() => process.exit(0)); break
  case 'exit': console.error('cannot learn'); process.exit(3)
  case 'memory': globalThis.held = Buffer.alloc(1.7e9, 1); setInterval(() => 0, 1000); break
  case 'children': beyondLimit(); setInterval(() => 0, 1000); break
  case 'slow': child(true); setInterval(() => 0, 1000); break
  case 'pruned': process.on('SIGINT', () => 0); process.on('SIGTERM', () => 0); child(true).then(forever); break
  case 'told': setInterval(() => { if (fs.existsSync(process.env.TUNEWRIGHT_STOP_FILE)) process.exit(0) }, 10); process.on('SIGINT', () => 0); process.on('SIGTERM', () => 0); forever(); break
  case 'orphaned': child(true); setInterval(() => 0, 1000); break
}
`

function study(
  faults: readonly string[],
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: 'systems',
    objective: {
      command: [process.execPath, 'train.cjs'],
      limits: { processes: 6, memoryMegabytes: 1_400 },
      graceSeconds: 0.5,
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { fault: { choice: [...faults] } },
    sampler: { name: 'grid' },
    parallelTrials: 2,
    retry: { killed: 0, code: 0, timeout: 0, memory: 0 },
    stop: { failures: 1_000 },
    ...changes,
  }
}

function benchWith(text = program): UserCodeBench {
  const bench = new UserCodeBench(scratch())
  bench.write('train.cjs', text)
  return bench
}

function noted(bench: UserCodeBench): NotedProcess[] {
  return readNotes(readFileSync(path.join(bench.folder, 'pids'), 'utf8'))
}

async function expectNothingLeft(bench: UserCodeBench, least: number): Promise<void> {
  expect(noted(bench).length).toBeGreaterThanOrEqual(least)
  await expect.poll(() => noted(bench).filter(stillRuns), { timeout: 20_000 }).toEqual([])
}

it(
  'whatever a program does, its trial says so and nothing of it runs on',
  { timeout: 240_000 },
  async () => {
    const bench = benchWith()
    const faults = ['well', 'exit', 'memory', 'children']
    const others = await bench.tune(study(faults))
    const slow = await bench.tune(study(['slow'], { name: 'slow', timeout: { trialMinutes: 0.1 } }))
    const outcomesByFault = Object.fromEntries(
      [...others.trials, ...slow.trials].map(({ parameters, state, attempts }) => {
        const failure = attempts.at(-1)?.failure
        return [
          String(parameters['fault']),
          failure ? `${failure.class}: ${inEnglish.format(failure.reason)}` : state,
        ]
      }),
    )
    expect(outcomesByFault).toEqual({
      well: 'complete',
      exit: expect.stringMatching(/^code: The program ended with exit code 3: cannot learn/),
      memory: expect.stringMatching(/^memory: The program used \d+ MB, more than 1400 MB/),
      children: 'code: The program had more than 6 processes (limits.processes) and was ended.',
      slow: expect.stringMatching(/^timeout: /),
    })
    await expectNothingLeft(bench, 10)
  },
)

it('a pruned program is told, and killed if it does not hear', { timeout: 120_000 }, async () => {
  const bench = benchWith()
  const pruner = { name: 'threshold', upper: 5 } as const
  const { trials } = await bench.tune(study(['pruned', 'told'], { pruner }))
  expect(trials.map(({ state }) => state)).toEqual(['pruned', 'pruned'])
  await expectNothingLeft(bench, 3)
})

it('a study that is stopped at once leaves nothing', { timeout: 120_000 }, async () => {
  const bench = benchWith()
  const id = await bench.create(study(['slow']))
  let runner: StudyRunner | undefined
  const running = bench.run(id, { onRunner: it => (runner = it) })
  await vi.waitUntil(
    () => existsSync(path.join(bench.folder, 'pids')) && noted(bench).length === 2,
    { timeout: 60_000 },
  )
  expect(noted(bench).filter(stillRuns)).toHaveLength(2)
  runner?.stop()
  await running
  await expectNothingLeft(bench, 2)
})

it('a program whose supervisor is killed dies with it', { timeout: 120_000 }, async () => {
  const bench = benchWith()
  const id = await bench.create(study(['orphaned'], { parallelTrials: 1 }))
  const running = bench.run(id)
  await vi.waitUntil(
    () => existsSync(path.join(bench.folder, 'pids')) && noted(bench).length === 2,
    { timeout: 60_000 },
  )
  const [, supervisor] = readFileSync(path.join(bench.folder, 'pids.orphaned'), 'utf8').split(' ')
  process.kill(Number(supervisor), 'SIGKILL')
  await running
  const failure = bench.read(id).trials[0]?.attempts[0]?.failure?.reason
  expect(failure?.code).toBe('error.command.lost')
  await expectNothingLeft(bench, 2)
})

it('a shell is the one of the system, with values in variables', { timeout: 120_000 }, async () => {
  const bench = benchWith()
  const command = isWindows
    ? 'echo {"loss": %TUNEWRIGHT_PARAM_x%} & echo größer'
    : 'echo "{\\"loss\\": $TUNEWRIGHT_PARAM_x}"; echo größer'
  const { trials } = await bench.tune(
    study([], {
      objective: { command, shell: true },
      space: { x: { choice: [1.5, 2.5] } },
    }),
  )
  expect(trials.map(({ values }) => values[0]).sort()).toEqual([1.5, 2.5])
})

it(
  'what programs write in their own language arrives, whatever ends its lines',
  { timeout: 120_000 },
  async () => {
    const text = `
process.stdout.write('größer 学习\\r\\n{"step": 1, "loss": 2}\\r\\n{"step": 2, "loss": 0.5}\\r\\n')
process.stderr.write('größer 学习\\r\\n')
process.exitCode = 3
`
    const bench = benchWith(text)
    const { trials } = await bench.tune(
      study([], { space: { x: { fixed: 1 } }, stop: { trials: 1 } }),
    )
    const [attempt] = trials[0]?.attempts ?? []
    expect(attempt?.failure && inEnglish.format(attempt.failure.reason)).toContain('größer 学习')
  },
)

it(
  'what is no UTF-8 is said as in a terminal of the system, and metrics beside it count',
  { timeout: 120_000 },
  async () => {
    const bytes = [0x67, 0x72, 0x94, 0xe1, 0x65, 0x72]
    const text = `
process.stdout.write(Buffer.from([...${JSON.stringify(bytes)}, 13, 10]))
process.stdout.write('{"step": 1, "loss": 2}\\r\\n')
process.stderr.write(Buffer.from(${JSON.stringify(bytes)}))
process.exitCode = 3
`
    const bench = benchWith(text)
    const { trials } = await bench.tune(
      study([], { space: { x: { fixed: 1 } }, stop: { trials: 1 } }),
    )
    const [trial] = trials
    const failure = trial?.attempts[0]?.failure
    const decoded = terminalText(Buffer.from(bytes))
    expect(decoded.startsWith('gr')).toBe(true)
    if (!isWindows) expect(decoded).toBe('gr\ufffd\ufffder')
    expect(failure && inEnglish.format(failure.reason)).toContain(decoded)
    expect(trial?.metrics['loss']?.values).toEqual([2])
  },
)

it('a shell writes in UTF-8, whatever code page the system has', { timeout: 120_000 }, async () => {
  const bench = benchWith()
  const command = `echo größer 学习 1>&2 ${isWindows ? '&' : ';'} exit 3`
  const objective = { command, shell: true }
  const { trials } = await bench.tune(
    study([], { objective, space: { x: { fixed: 1 } }, stop: { trials: 1 } }),
  )
  const [attempt] = trials[0]?.attempts ?? []
  expect(attempt?.failure && inEnglish.format(attempt.failure.reason)).toContain('größer 学习')
})
