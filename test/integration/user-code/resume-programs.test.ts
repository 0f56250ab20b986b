import { msg, type MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TrialRecord } from '../../../src-main/core/trial/trial.ts'
import {
  extendTrials,
  forkTrial,
} from '../../../src-main/features/interventions/node/resume-trials.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { offlineHost } from '../../../src-main/features/interventions/node/offline-host.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { lineLosses, lineModule, linePython, lineStudy } from '../../helpers/line-program.ts'
import { inEnglish } from '../../helpers/expect-text.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, UserCodeBench } from '../../helpers/user-code-study.ts'

/** Code of the user whose trials go on from one another's folders (`resumes: true`). */
const scratch = useScratchFolders()
const python = findPython()
const kinds = [
  ...(python === null ? [] : [['command', { command: [python, 'line.py'] }] as const]),
  ['module', { module: 'line.mjs' }] as const,
]

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  made.copySample('tunewright.py')
  made.write('line.py', linePython)
  made.write('line.mjs', lineModule)
  return made
}

type Go = Parameters<typeof extendTrials>[0]

function intervene(user: UserCodeBench, work: (go: Go) => void): void {
  const store = openStudyStore(user.workspace.databasePath)
  try {
    work({ interventions: new Interventions({ store, host: offlineHost, now: Date.now }), store })
  } finally {
    store.close()
  }
}

const curveOf = ({ metrics }: TrialRecord) => metrics['loss'] ?? { steps: [], values: [] }
const enqueued = { enqueue: [{ rate: 0.1, momentum: 0.5 }] }

describe.each(kinds)('a %s', (_, objective) => {
  it('is extended as if it had been longer from the start, and forked from the parent’s state', async () => {
    const user = bench()
    const id = await user.create(lineStudy(objective, enqueued))
    await user.run(id)
    intervene(user, go => {
      extendTrials(go, id, [0], 4)
      forkTrial(go, id, 0, { rate: 0.3 }, 'fork', 2)
      expect(() => forkTrial(go, id, 0, {}, 'initialize')).toThrow(
        expect.objectContaining({ code: 'intervention.refused' }),
      )
    })
    await user.run(id)
    intervene(user, go => {
      extendTrials(go, id, [1], 2)
    })
    await user.run(id)
    const [first, longer, fork, longest] = user.read(id).trials as [
      TrialRecord,
      TrialRecord,
      TrialRecord,
      TrialRecord,
    ]
    const expected = lineLosses(0.1, 0.5, 12)
    expect(curveOf(first)).toEqual({ steps: [1, 2, 3, 4, 5, 6], values: expected.slice(0, 6) })
    expect(curveOf(longer)).toEqual({ steps: [7, 8, 9, 10], values: expected.slice(6, 10) })
    expect(curveOf(longest)).toEqual({ steps: [11, 12], values: expected.slice(10) })
    // By the best step of the whole training, whichever trial had it.
    for (const [trial, steps] of [
      [first, 6],
      [longer, 10],
      [longest, 12],
    ] as const) {
      const best = Math.min(...expected.slice(0, steps))
      expect(trial).toMatchObject({
        state: 'complete',
        values: [best],
        bestStep: expected.indexOf(best) + 1,
        seed: first.seed,
      })
    }
    expect(longer.origin).toEqual({ trial: 0, step: 6, mode: 'continue' })
    expect(longest.origin).toEqual({ trial: 1, step: 10, mode: 'continue' })
    expect(fork).toMatchObject({
      state: 'complete',
      origin: { trial: 0, step: 6, mode: 'fork' },
      untilStep: 8,
      parameters: { rate: 0.3, momentum: 0.5 },
    })
    // It goes on from where the parent was: the loss of a beginning is far away.
    expect(curveOf(fork).steps).toEqual([7, 8])
    const [seventh] = curveOf(fork).values
    expect(seventh).not.toBe(expected[6])
    expect(Math.abs((seventh ?? 0) - (expected[6] ?? 0))).toBeLessThan(1)
    expect(lineLosses(0.3, 0.5, 1)[0]).toBeGreaterThan(4)
  })

  it('is promoted from rung to rung, and every parent has saved where it ended', async () => {
    const user = bench()
    const { study, trials } = await user.tune(
      lineStudy(objective, {
        pruner: { name: 'promotion', maxResource: 9 },
        stop: { trials: 14 },
      }),
    )
    expect(study.state).toBe('finished')
    const states = new Set(trials.map(({ state }) => state))
    expect(states).toEqual(new Set(['pruned', 'complete']))
    const promoted = trials.filter(({ origin }) => origin !== undefined)
    expect(promoted.length).toBeGreaterThanOrEqual(4)
    for (const trial of promoted) {
      const parent = trials[trial.origin?.trial ?? -1]
      const { rate, momentum } = trial.parameters as { rate: number; momentum: number }
      expect(parent).toMatchObject({ state: 'pruned', lastStep: trial.origin?.step })
      const { steps, values } = curveOf(trial)
      expect(steps[0]).toBe((trial.origin?.step ?? 0) + 1)
      const whole = lineLosses(rate, momentum, trial.lastStep ?? 0)
      expect(values).toEqual(whole.slice(trial.origin?.step))
    }
    for (const { state, lastStep, untilStep } of trials) {
      expect(lastStep).toBe(untilStep)
      expect(state === 'complete' ? [9] : [1, 3]).toContain(lastStep)
    }
    // What stays is within the rules of the study, and nothing else lies about.
    const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
    const checkpoints = store.checkpoints(study.id)
    store.close()
    expect(checkpoints.length).toBeGreaterThan(0)
    for (const { path: folder } of checkpoints) expect(existsSync(folder)).toBe(true)
    for (const { number } of trials) {
      const checkpointFolder = path.join(
        user.workspace.artifactDirectory(study.id, number),
        'checkpoints',
      )
      expect(existsSync(checkpointFolder)).toBe(false)
    }
  })

  it.each(['pbt', 'pb2'])('is trained as a population by %s', async name => {
    const { study, trials } = await bench().tune(
      lineStudy(objective, {
        sampler: { name, population: 4, interval: 2, steps: 6 },
        stop: { trials: 99 },
      }),
    )
    expect(study).toMatchObject({
      state: 'finished',
      reason: msg('ending.membersTrained', { steps: 6 }),
    })
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'complete'))
    for (const { number, origin, ...trial } of trials) {
      const turn = Math.floor(number / 4)
      expect(curveOf({ number, ...trial }).steps).toEqual([turn * 2 + 1, turn * 2 + 2])
      expect(origin?.step).toBe(turn === 0 ? undefined : turn * 2)
    }
    const forks = trials.filter(({ origin }) => origin?.mode === 'fork')
    expect(forks.length).toBeGreaterThanOrEqual(2)
  })

  it('fails as typed where the folder of its parent is gone or changed', async () => {
    for (const harm of ['gone', 'changed']) {
      const user = bench()
      const id = await user.create(lineStudy(objective, enqueued))
      await user.run(id)
      let folder = ''
      intervene(user, go => {
        extendTrials(go, id, [0], 2)
        folder = go.store.checkpoints(id, 0)[0]?.path ?? ''
      })
      const [file = ''] = readdirSync(folder)
      if (harm === 'gone') rmSync(folder, { recursive: true })
      else appendFileSync(path.join(folder, file), ' ')
      await user.run(id)
      const [, child] = user.read(id).trials
      expect(child?.state).toBe('failed')
      expect(child?.attempts[0]?.failure).toMatchObject({
        class: 'data',
        reason: expect.toSatisfy((reason: MessageDescriptor) =>
          (harm === 'gone' ? /not found|no longer|exist/i : /changed or damaged/).test(
            inEnglish.format(reason),
          ),
        ) as MessageDescriptor,
      })
      expect(child?.metrics).toEqual({})
    }
  })
})

describe.skipIf(python === null)('a command that does not keep its word', () => {
  const command = [python ?? '', 'f.py']
  const promotion = { pruner: { name: 'promotion', maxResource: 9 } }

  it.each([
    [
      'goes on beyond its last step',
      'for step in range(1, 6): trial.save(b"x"); trial.report(step, loss=1)',
      /told to end at step 1 and reported step 2/,
    ],
    ['leaves nothing', 'trial.report(1, loss=1)', /left nothing in its checkpoint folder/],
    ['names no steps', 'print(\'{"loss": 1}\')', /step.*must be given by a program that goes on/],
    [
      'leaves a link out of its folder',
      'trial.save(b"x"); os.symlink("/etc/passwd", trial.checkpoint_directory + "/link"); trial.report(1, loss=1)',
      /must be a relative link within the checkpoint folder/,
    ],
    [
      'leaves more than the study may keep',
      'trial.save(b"x" * 2000000); trial.report(1, loss=1)',
      /checkpoint\.megabytes/,
    ],
  ])('fails as typed where it %s', async (_, body, message) => {
    const user = bench()
    user.write('f.py', `import os\nimport tunewright\ntrial = tunewright.trial()\n${body}\n`)
    const { trials } = await user.tune(
      lineStudy({ command }, { ...promotion, checkpoint: { megabytes: 1 } }),
    )
    expect(trials[0]?.state).toBe('failed')
    expect(inEnglish.format(trials[0]?.attempts[0]?.failure?.reason as MessageDescriptor)).toMatch(
      message,
    )
  })

  it('without resumes: true leaves no checkpoint, and cannot be extended', async () => {
    const user = bench()
    const id = await user.create({
      ...lineStudy({ command: [python ?? '', 'line.py'] }),
      objective: { command: [python ?? '', 'line.py'] },
    })
    await user.run(id)
    intervene(user, go => {
      expect(() => extendTrials(go, id, [0], 2)).toThrow(/rule\.intervention\.notExtendable/)
    })
    const log = readAttemptLog(user.workspace.artifactDirectory(id, 0), 1)
    expect(log?.text).not.toMatch(/going on/)
    const checkpointFile = path.join(
      user.workspace.artifactDirectory(id, 0),
      'checkpoints/checkpoint',
    )
    expect(JSON.parse(readFileSync(checkpointFile, 'utf8'))).toMatchObject({ epoch: 6 })
  })
})
