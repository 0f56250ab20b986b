import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Goal } from '../../../src-main/core/study/study-specification.ts'
import { commandObjectiveSchema } from '../../../src-main/core/study/user-code.ts'
import {
  concludeProgram,
  type FollowedProgram,
  judgedReport,
  type StopReason,
} from '../../../src-main/running/program-outcome.ts'
import { attemptFiles } from '../../../src-main/platform/user-code/attempt-files.ts'
import { CommandOutput } from '../../../src-main/platform/user-code/command-output.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const goals: Goal[] = [{ metric: 'loss', direction: 'minimize' }]
const start = {
  attemptId: 1,
  trialNumber: 0,
  parameters: {},
  seed: 1,
  goals,
  artifactDirectory: null,
}

const twoSteps = JSON.stringify([
  { step: 1, loss: 3 },
  { step: 2, loss: 2 },
])

/** A program that ended well and left a results file, or what is none. */
async function conclude(
  judge: (program: FollowedProgram) => 'continue' | 'prune',
  results: string | null = twoSteps,
  hasEndedWell = false,
) {
  const files = attemptFiles(scratch(), '1')
  mkdirSync(files.directory, { recursive: true })
  if (results === 'folder') mkdirSync(files.results)
  else if (results !== null) writeFileSync(files.results, results)
  let stopping: StopReason | null = null
  const program: FollowedProgram = {
    get stopping() {
      return stopping
    },
    hasEndedWell,
    stop: why => {
      stopping ??= why
    },
  }
  const steps: number[] = []
  const output = new CommandOutput({
    objective: commandObjectiveSchema.parse({ command: ['train'], metrics: { from: 'file' } }),
    directory: files.directory,
    goals,
    files,
    attempt: '1',
    report: judgedReport(program, start, {
      metrics: columns => void steps.push(...columns.steps),
      judge: async () => judge(program),
    }),
  })
  try {
    return { outcome: await concludeProgram(program, output, 0, start), steps }
  } finally {
    output.close()
  }
}

it('is complete with the best step of its results', async () => {
  const { outcome, steps } = await conclude(() => 'continue')
  expect(outcome).toEqual({ state: 'complete', values: [2], bestStep: 2, artifacts: [] })
  expect(steps).toEqual([1, 2])
})

it('is pruned by its results, of which no later step counts', async () => {
  expect(await conclude(() => 'prune')).toEqual({ outcome: { state: 'pruned' }, steps: [1] })
})

it('is complete where it had ended well before it was judged', async () => {
  const { outcome, steps } = await conclude(() => 'prune', twoSteps, true)
  expect(outcome).toMatchObject({ state: 'complete', values: [2] })
  expect(steps).toEqual([1, 2])
})

it('is canceled, not pruned, where a person cancels it while its results are read', async () => {
  const ended = await conclude(program => {
    program.stop('cancel')
    return 'continue'
  })
  expect(ended).toEqual({ outcome: { state: 'canceled' }, steps: [1] })
})

it('refuses results that are larger than 16 MiB', async () => {
  const limit = 16 * 2 ** 20
  const whole = await conclude(() => 'continue', twoSteps.padEnd(limit, ' '))
  expect(whole.outcome.state).toBe('complete')
  const larger = conclude(() => 'continue', twoSteps.padEnd(limit + 1, ' '))
  await expect(larger).rejects.toMatchObject({
    code: 'data.invalid',
    detail: { field: 'size', value: limit + 1 },
  })
})

it('names a value of the goal in its results that is no number', async () => {
  const conclusion = conclude(() => 'continue', '{"step": 1, "loss": true, "accuracy": 0.5}')
  await expect(conclusion).rejects.toMatchObject({
    code: 'data.invalid',
    detail: { field: 'loss', value: true, rule: { code: 'rule.number' } },
  })
  const later = conclude(() => 'continue', '[{"loss": null}, {"loss": 2}]')
  expect((await later).outcome).toMatchObject({ state: 'complete', values: [2] })
})

it('says why it cannot read its results, unless there are none', async () => {
  await expect(conclude(() => 'continue', null)).rejects.toMatchObject({ code: 'command.noValue' })
  await expect(conclude(() => 'continue', 'folder')).rejects.toMatchObject({
    code: 'file.unreadable',
  })
})
