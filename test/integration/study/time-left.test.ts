import { join } from 'node:path'
import process from 'node:process'
import { expect, it, vi } from 'vitest'
import { formatTimeLeft } from '../../../src-main/core/i18n/format-time.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import type { CliContext } from '../../../src-main/features/command-line/context.ts'
import { StudyHost } from '../../../src-main/features/studies/node/study-host.ts'
import { ProgressFollower } from '../../../src-main/hosts/cli/progress-follower.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openHistory } from '../../../src-main/running/loop/study-history.ts'
import type { StudyRunner } from '../../../src-main/running/loop/study-runner.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { batch, sampleEnvironment, sampleFinish, sampleTrial } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const t = createTranslate('en')

/** Three of ten trials are done on two slots, one of them in an earlier session; a fourth is at step 3 of 8. */
it('is the same on the page, in the API and on a terminal', async () => {
  const workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  let nowMs = 0
  const now = (): number => nowMs
  const host = new StudyHost({ store, workspace, hub: new EventHub(), now })
  const { isTTY } = process.stdout
  let written = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    written += String(text)
    return true
  })
  try {
    const { id: studyId } = store.createStudy({
      specification: studySpecificationSchema.parse({
        name: 'walk',
        objective: { function: 'branin', steps: 8 },
        goals: [{ metric: 'value', direction: 'minimize' }],
        space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
        parallelTrials: 2,
        stop: { trials: 10 },
      }),
      source: '',
      environment: sampleEnvironment,
      createdAtMs: 0,
    })
    const run = (number: number, startedAtMs: number, finishedAtMs: number): void => {
      store.startTrial({ ...sampleTrial(studyId, number), atMs: startedAtMs })
      const finish = sampleFinish(studyId, number, { values: [number] })
      store.finishTrial({ ...finish, metrics: [], atMs: finishedAtMs })
    }
    const as = { studyId, reason: null } as const
    store.setStudyState({ ...as, state: 'running', event: 'study.started', atMs: nowMs })
    run(0, 0, 40_000)
    store.addElapsed(studyId, 40_000)
    store.setStudyState({ ...as, state: 'paused', event: 'study.paused', atMs: nowMs })
    // A night between two sessions.
    nowMs = 40_000_000
    store.setStudyState({ ...as, state: 'running', event: 'study.resumed', atMs: nowMs })
    host.watch(studyId, true)
    process.stdout.isTTY = true
    process.stdout.hasColors ??= () => false
    const study = store.studyById(studyId)
    const context = { t, now } as unknown as CliContext
    const follower = new ProgressFollower(context, study, store.finishedPace(studyId))
    const listener = follower.listener
    for (const [number, durationMs] of [
      [1, 20_000],
      [2, 60_000],
    ] as const) {
      const atMs = nowMs
      listener.trialStarted?.({ ...sampleTrial(studyId, number), attempt: 1, atMs })
      run(number, atMs, atMs + durationMs)
      nowMs += durationMs
      listener.trialFinished?.({
        number,
        state: 'complete',
        values: [number],
        reason: null,
        durationMs,
      })
    }
    store.startTrial({ ...sampleTrial(studyId, 3), atMs: nowMs })
    listener.trialStarted?.({ ...sampleTrial(studyId, 3), attempt: 1, atMs: nowMs })
    nowMs += 12_000
    const reports = batch(3, ['value'], [[3, 0.5]])
    store.appendMetrics(studyId, [reports])
    store.addElapsed(studyId, 92_000)
    follower.start({ history: openHistory(store, study) } as unknown as StudyRunner)
    written = ''
    listener.metricsArrived?.(3, reports.columns, 0)

    const row = host.row(studyId)
    // Six trials at 40 s, and five steps at 4 s, on two slots.
    expect(row.timeLeftMs).toBe((6 * 40_000 + 5 * 4_000) / 2)
    expect(host.rows()[0]?.timeLeftMs).toBe(row.timeLeftMs)
    const left = formatTimeLeft(row.timeLeftMs ?? Number.NaN, 'en')
    expect(left).toBe('2 min 15 s')
    expect(written).toContain(t('cli.progress.remaining', { duration: left }))
    follower.finish()
    host.watch(studyId, false)
    expect(host.row(studyId).timeLeftMs).toBeNull()
  } finally {
    write.mockRestore()
    process.stdout.isTTY = isTTY
    await host.close()
    store.close()
  }
})
