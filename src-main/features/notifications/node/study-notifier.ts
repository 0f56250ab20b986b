import { type MessageDescriptor, msg, messageAsJson } from '../../../core/errors/message.ts'
import type {
  NotificationChannel,
  StudyNotification,
  NotificationEvent,
} from '../common/channel.ts'
import { isBetter, isComparable } from '../../../core/trial/ranking.ts'
import type { StudySummary } from '../../../core/study/study.ts'
import { NotificationsFile } from './notifications-file.ts'
import { sendNotification } from './send-notification.ts'
import { isHeld } from '../../../core/study/held-study.ts'
import type { RunnerListener } from '../../../running/runner-events.ts'
import type { ObservedSession, SessionObserver } from '../../../running/session-observer.ts'

const LOOK_EVERY_MS = 60_000
/** A study without a sign of life for so long, and so many times its longest trial, is stuck. */
const MIN_QUIET_MS = 1_800_000
const QUIET_TRIALS = 3
/** A search finds many new best trials at its beginning: the last of a minute is told. */
const BEST_AT_MOST_EVERY_MS = 60_000
/** How long the end of a session waits for tries that are under way. */
const MAX_FAREWELL_MS = 10_000

export interface StudyNotifierOptions extends ObservedSession {
  readonly limits?: Partial<typeof defaultLimits>
}

const defaultLimits = {
  lookEveryMs: LOOK_EVERY_MS,
  minQuietMs: MIN_QUIET_MS,
  bestEveryMs: BEST_AT_MOST_EVERY_MS,
  farewellMs: MAX_FAREWELL_MS,
  retryAfterMs: undefined as readonly number[] | undefined,
}

/**
 * Tells the notification channels of a study what happens in one session of it. Nothing in the study waits for them; one that cannot be told is an
 * event of the study.
 */
export class StudyNotifier implements SessionObserver {
  readonly #options: StudyNotifierOptions
  readonly #limits: typeof defaultLimits
  readonly #channels: readonly NotificationChannel[]
  readonly #sending = new Set<Promise<void>>()
  readonly #farewell = new AbortController()
  readonly #study: StudySummary
  #best: StudyNotification['best']
  #bestTimer: NodeJS.Timeout | null = null
  #bestNotifiedAtMs = Number.NEGATIVE_INFINITY
  #longestMs = 0
  /** Counted by looks, not on a clock: while the machine sleeps there is nothing to hear. */
  #quietMs = 0
  #isStuck = false
  readonly #look: NodeJS.Timeout | null

  constructor(options: StudyNotifierOptions) {
    const { store, studyId, workspace } = options
    const study = store.studyById(studyId)
    this.#options = options
    this.#study = study
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#channels = new NotificationsFile(workspace.notificationsFile)
      .read()
      .filter(channel => channel.study === undefined || channel.study === study.name)
    const [goal] = study.specification.goals
    this.#best =
      study.best === null || goal === undefined
        ? null
        : { trial: study.best.number, metric: goal.metric, value: study.best.value }
    this.#look = this.#wants('stuck')
      ? setInterval(() => {
          this.#lookForLife()
        }, this.#limits.lookEveryMs).unref()
      : null
  }

  listenBeside(listener: RunnerListener | undefined): RunnerListener {
    if (this.#channels.length === 0) return listener ?? {}
    return {
      ...listener,
      trialStarted: trial => {
        listener?.trialStarted?.(trial)
        this.#sign()
      },
      metricsArrived: (...report) => {
        listener?.metricsArrived?.(...report)
        this.#sign()
      },
      trialFinished: trial => {
        listener?.trialFinished?.(trial)
        this.#sign()
        this.#longestMs = Math.max(this.#longestMs, trial.durationMs)
        this.#consider(trial)
      },
      stateChanged: (state, reason) => {
        listener?.stateChanged?.(state, reason)
        if (state === 'finished') this.#notify('end', reason)
        else if (state === 'failed') this.#notify('failure', reason)
        // A person who pauses knows it, and what gave the machine away goes on by itself; a full disk pauses, too.
        else if (
          state === 'paused' &&
          reason?.code !== 'ending.paused' &&
          !isHeld({ state, reason })
        )
          this.#notify('stuck', reason)
      },
    }
  }

  /** The session ended with an error. */
  failed(reason: MessageDescriptor): void {
    this.#notify('failure', reason)
  }

  /** Waits for tries that are under way, a while; then ends them, which is an event of the study. */
  async close(): Promise<void> {
    if (this.#look !== null) clearInterval(this.#look)
    if (this.#bestTimer !== null) {
      clearTimeout(this.#bestTimer)
      this.#notifyBest()
    }
    const timer = setTimeout(() => {
      this.#farewell.abort()
    }, this.#limits.farewellMs)
    await Promise.all(this.#sending)
    clearTimeout(timer)
  }

  #wants(occasion: NotificationEvent): boolean {
    return this.#channels.some(({ occasions }) => occasions.includes(occasion))
  }

  #sign(): void {
    this.#quietMs = 0
    this.#isStuck = false
  }

  #lookForLife(): void {
    this.#quietMs += this.#limits.lookEveryMs
    if (this.#isStuck) return
    if (this.#quietMs < Math.max(this.#limits.minQuietMs, QUIET_TRIALS * this.#longestMs)) return
    this.#isStuck = true
    this.#notify(
      'stuck',
      msg('notifications.quiet', { minutes: Math.round(this.#quietMs / 60_000) }),
    )
  }

  #consider({
    number,
    state,
    values,
    constraints,
  }: Parameters<NonNullable<RunnerListener['trialFinished']>>[0]): void {
    const [goal, ...others] = this.#study.specification.goals
    const [value] = values
    // Several goals have no one best trial.
    if (goal === undefined || others.length > 0 || value === undefined) return
    const trial = { number, state, values, ...(constraints === undefined ? {} : { constraints }) }
    if (!isComparable(trial)) return
    if (this.#best !== null && !isBetter(value, this.#best.value, goal.direction)) return
    this.#best = { trial: number, metric: goal.metric, value }
    if (!this.#wants('best') || this.#bestTimer !== null) return
    const nowMs = this.#options.now()
    const delayMs = Math.max(0, this.#bestNotifiedAtMs + this.#limits.bestEveryMs - nowMs)
    if (delayMs === 0) this.#notifyBest()
    else {
      this.#bestTimer = setTimeout(() => {
        this.#notifyBest()
      }, delayMs).unref()
    }
  }

  #notifyBest(): void {
    this.#bestTimer = null
    this.#bestNotifiedAtMs = this.#options.now()
    this.#notify('best', null)
  }

  #notify(occasion: NotificationEvent, reason: MessageDescriptor | null): void {
    const { store, now } = this.#options
    const { id, name, specification } = this.#study
    const study = { id, name, objective: specification.objective }
    const notification = { occasion, study, atMs: now(), best: this.#best, reason }
    for (const channel of this.#channels) {
      if (!channel.occasions.includes(occasion)) continue
      const { retryAfterMs } = this.#limits
      const sending = sendNotification(channel, notification, {
        now,
        signal: this.#farewell.signal,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      })
        // What nobody expects here must not end the study either; its words are nobody's that are stored.
        .catch(() => msg('notifications.failed.unexpected'))
        .then(failure => {
          this.#sending.delete(sending)
          if (failure === null) return
          const detail = { channel: channel.name, occasion, reason: messageAsJson(failure) }
          try {
            store.recordEvent(id, {
              kind: 'notification.failed',
              trialNumber: null,
              atMs: now(),
              detail,
            })
          } catch {
            // A full disk: the study says so itself.
          }
        })
      this.#sending.add(sending)
    }
  }
}

/** Tells the notification channels of the study what happens in a session. */
export function observeForNotifications(session: ObservedSession): SessionObserver {
  return new StudyNotifier(session)
}
