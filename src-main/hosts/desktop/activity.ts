import type { BrowserWindow, PowerSaveBlocker } from 'electron'
import type { AppEvent } from '../../features/api/common/app-event.ts'
import type { StudyRow } from '../../features/studies/common/rows.ts'
import { finishedCount } from '../../core/trial/trial.ts'

/** The studies that run now, as taskbar, tray and power-save blocker show it. */
export interface Activity {
  readonly running: readonly StudyRow[]
  /** Share of the trials that are done, over all running studies; null if a study has no limit. */
  readonly progress: number | null
}

/** A study that ended or failed, for a notification. */
export type Outcome =
  | { readonly kind: 'ended'; readonly study: StudyRow }
  | { readonly kind: 'failed'; readonly studyId: number; readonly study: StudyRow | null }

/** Follows the back end's events and tells when something starts, moves on or ends. */
export class ActivityFollower {
  readonly #running = new Map<number, StudyRow>()
  readonly #onChange: (activity: Activity) => void
  readonly #onOutcome: (outcome: Outcome) => void
  readonly #failed = new Set<number>()

  constructor(onChange: (activity: Activity) => void, onOutcome: (outcome: Outcome) => void) {
    this.#onChange = onChange
    this.#onOutcome = onOutcome
  }

  take(event: AppEvent): void {
    if (event.type === 'sessionFailed') {
      this.#failed.add(event.studyId)
      const study = this.#running.get(event.studyId) ?? null
      this.#onOutcome({ kind: 'failed', studyId: event.studyId, study })
      return
    }
    if (!('study' in event)) return
    const { study } = event
    const ran = this.#running.has(study.id)
    if (study.runsInThisProcess) this.#running.set(study.id, study)
    else this.#running.delete(study.id)
    if (ran || study.runsInThisProcess) this.#onChange(this.activity())
    const hasFailed = this.#failed.delete(study.id)
    // Paused or stopped by a person: nothing that they would not know.
    const endedByItself = study.state === 'finished' || study.state === 'failed'
    if (ran && !study.runsInThisProcess && endedByItself && !hasFailed) {
      this.#onOutcome({ kind: 'ended', study })
    }
  }

  /** The back end is gone, and its sessions with it. */
  clear(): void {
    this.#running.clear()
    this.#failed.clear()
    this.#onChange(this.activity())
  }

  activity(): Activity {
    const running = [...this.#running.values()]
    return { running, progress: progressOf(running) }
  }
}

function progressOf(running: readonly StudyRow[]): number | null {
  let done = 0
  let budget = 0
  for (const study of running) {
    if (study.trialBudget === null) return null
    budget += study.trialBudget
    done += Math.min(finishedCount(study.trials), study.trialBudget)
  }
  return budget === 0 ? null : done / budget
}

/** Shows on the taskbar how far the running studies are; moving stripes where the end is unknown. */
export function showProgress(
  window: Pick<BrowserWindow, 'setProgressBar'>,
  { running, progress }: Activity,
): void {
  if (running.length === 0) window.setProgressBar(-1)
  else if (progress === null) window.setProgressBar(2, { mode: 'indeterminate' })
  else window.setProgressBar(progress, { mode: 'normal' })
}

/** Keeps the machine, not its screen, awake while a study runs. */
export class KeepAwake {
  readonly #blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>
  #id: number | null = null

  constructor(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>) {
    this.#blocker = blocker
  }

  set(isRunning: boolean): void {
    if (isRunning) this.#id ??= this.#blocker.start('prevent-app-suspension')
    else if (this.#id !== null) {
      this.#blocker.stop(this.#id)
      this.#id = null
    }
  }
}
