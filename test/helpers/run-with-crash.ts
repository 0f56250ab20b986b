import process from 'node:process'
import type { StudyChange } from '../../src-main/core/study/study-change.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import type { TracePoint } from '../../src-main/running/runner-events.ts'
import type { StudyRunner } from '../../src-main/running/loop/study-runner.ts'
import { Interventions } from '../../src-main/features/interventions/node/interventions.ts'
import { runStudy } from '../../src-main/running/run-study.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'

/**
 * A main process for crash tests: runs one session of the only study of a database and sends SIGKILL
 * to itself, to the trainer, to the search process or to both of them when a trial passes a point of its path.
 * Argument: the JSON of {@link CrashRequest}.
 */
export interface CrashRequest {
  readonly databasePath: string
  readonly kill: {
    readonly who: 'main' | 'trainer' | 'search' | 'search and trainer'
    readonly point: TracePoint
    readonly trialNumber: number
  } | null
  /** What a person does when a trial passes a point, before anything is killed there. */
  readonly interventions?: readonly TimedIntervention[]
}

export interface TimedIntervention {
  readonly point: TracePoint
  readonly trialNumber: number
  readonly change?: StudyChange
  readonly exclude?: readonly number[]
  readonly enqueue?: Assignment
}

const request = JSON.parse(process.argv[2] ?? '{}') as CrashRequest
const workspace = locateWorkspace(request.databasePath)
const store = openStudyStore(request.databasePath)
const [study] = store.listStudies()
if (study === undefined) throw new Error('the database has no study')

let runner: StudyRunner | null = null
const interventions = new Interventions({
  store,
  now: Date.now,
  host: {
    isRunning: () => true,
    removed: () => undefined,
    suspendTrial: (_, number) => runner?.suspendTrial(number),
    unsuspendTrial: (_, number) => runner?.unsuspendTrial(number),
    intervened: (_, { affects }) => {
      if (affects === 'search') runner?.refresh()
      else if (affects === 'queue') runner?.reconsider()
    },
  },
})

function intervene({ change, exclude, enqueue }: TimedIntervention, studyId: number): void {
  if (change !== undefined) interventions.change(studyId, change)
  if (exclude !== undefined) interventions.exclude(studyId, exclude, true)
  if (enqueue !== undefined) {
    interventions.enqueue(studyId, enqueue, { kind: 'point', trialNumber: null })
  }
}

let armed = request.kill
await runStudy({
  store,
  study,
  workspace,
  now: Date.now,
  onRunner: it => {
    runner = it
  },
  trace: (point, trialNumber, pids) => {
    for (const intervention of request.interventions ?? []) {
      if (intervention.point === point && intervention.trialNumber === trialNumber)
        intervene(intervention, study.id)
    }
    if (armed === null || armed.point !== point || armed.trialNumber !== trialNumber) return
    const { trainer, search } = pids
    const victims: readonly (number | undefined)[] = {
      main: [process.pid],
      trainer: [trainer],
      search: [search],
      'search and trainer': [search, trainer],
    }[armed.who]
    const alive = victims.filter(pid => pid !== undefined)
    if (alive.length === 0) return
    armed = null
    for (const pid of alive) process.kill(pid, 'SIGKILL')
  },
})
store.close()
