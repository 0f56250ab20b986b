import { describe, expect, it } from 'vitest'
import type { StudyDetail } from '../../src-main/features/studies/common/rows.ts'
import NoTrials from '../../src-renderer/features/study/NoTrials.vue'
import { openStudy } from './live-study.ts'
import { type Mounted, mountPart, t } from './mount.ts'

const trials = { running: 0, complete: 0, pruned: 0, failed: 0, canceled: 0, interrupted: 0 }
const empty = (change: Partial<StudyDetail>): Mounted =>
  mountPart(NoTrials, { prepare: () => openStudy({}, [], { trials, ...change }) })
const buttonsOf = (part: Mounted): string[] =>
  part.wrapper.findAll('button').map(button => button.text())

describe('a study without trials', () => {
  it('promises the first one only while it starts or runs', () => {
    const running = empty({ state: 'running', runsInThisProcess: true })
    expect(running.text()).toContain(t('study.noTrialsIn.starting'))
    expect(buttonsOf(running)).toEqual([])
  })

  it.each([
    ['created', 'created', 'start'],
    ['paused', 'paused', 'resume'],
    ['stopped', 'stopped', 'resume'],
    ['failed', 'failed', 'resume'],
    ['interrupted', 'interrupted', 'resume'],
    ['finished', 'untried', 'runAgain'],
  ] as const)('of state %s says so and offers what comes next', async (state, word, action) => {
    const part = empty({ state, runsInThisProcess: false })
    expect(part.text()).toContain(t(`study.noTrialsIn.${word}`))
    expect(part.text()).not.toContain(t('study.noTrialsIn.running'))
    await part.press(t(`study.${action}`))
    expect(part.requests('study.start')).toEqual([{ studyId: 7 }])
  })
})
