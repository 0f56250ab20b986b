import { waitingMessage } from '../../core/study/event-message.ts'
import { defined } from '../../core/values/json.ts'
import { readEarlierTrials } from '../earlier-trials.ts'
import { SlotGate, slotsOf } from '../resources/slot-gate.ts'
import { recordRestart, SearchLink } from './search-link.ts'
import { StudyCheckpoints } from '../study-checkpoints.ts'
import { ElapsedClock, openHistory } from './study-history.ts'
import { StudyRace } from './study-race.ts'
import { TimeShares } from './time-shares.ts'
import { MetricBuffer } from './reported-metrics.ts'
import { interruptedTrials, toRunAgain } from './attempt-start.ts'
import { guard, takeOver } from './run-loop.ts'
import type { StudyInProgress, StudyRun, StudyRunnerOptions } from './run-state.ts'

/** Everything in memory, from the store. Commits no more than `takeOver`. */
export function openRun(options: StudyRunnerOptions): StudyRun {
  const { store, study, now, executor, resources, listener = {} } = options
  const { userDirectory = () => null, artifactDirectory = () => null, files = null } = options
  const session = takeOver(options, () => openHistory(store, study))
  const { history } = session
  const current = (): StudyInProgress['study'] => session.study
  const directory = options.checkpointDirectory ?? null
  const checkpoints = new StudyCheckpoints({ store, now, directory, userDirectory, study: current })
  checkpoints.sweep()
  const unstarted = interruptedTrials(store, study.id).map(trial => toRunAgain(trial, checkpoints))
  const race = new StudyRace(store, current, history)
  const timeShares = new TimeShares(store, current)
  const run: StudyRun = {
    session,
    inputs: {
      executor,
      resources,
      artifactDirectory,
      userDirectory,
      files,
      listener,
      ...defined({ trace: options.trace }),
    },
    services: {
      search: new SearchLink({
        specification: study.specification,
        history,
        earlierFor: changed => readEarlierTrials(store, changed),
        onRestart: reason => guard(run, () => recordRestart(store, study.id, reason, now())),
      }),
      gate: new SlotGate({
        resources,
        store,
        studyId: study.id,
        now,
        executor,
        onWait: ({ detail }) => listener.slotWaiting?.(waitingMessage(detail)),
        onRoom: () => run.wake(),
      }),
      checkpoints,
      race,
      timeShares,
      buffer: new MetricBuffer(),
      clock: new ElapsedClock(study.elapsedMs),
    },
    slots: { running: new Map(), free: slotsOf(study.specification) },
    unstarted,
    counters: { firstNumber: history.nextNumber, attemptId: 0, revision: 0 },
    ending: {
      request: 'none',
      pauseReason: null,
      refusal: null,
      failure: null,
      isSuspending: false,
    },
    wake: () => undefined,
  }
  return run
}
