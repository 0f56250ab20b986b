import type { Notification, NotificationConstructorOptions } from 'electron'
import type { Translate } from '../../core/i18n/translate.ts'
import { metricLabel } from '../../core/i18n/metric-label.ts'
import { rowObjective } from '../../features/studies/common/rows.ts'
import { formatMetric } from '../../core/i18n/format-number.ts'
import type { Outcome } from './activity.ts'

/** The text of a notification about the end of a study: how it ended, and the best value. */
export function notificationText(
  outcome: Outcome,
  t: Translate,
): Required<Pick<NotificationConstructorOptions, 'title' | 'body'>> {
  const { study } = outcome
  if (study === null) return { title: t('desktop.studyFailed'), body: '' }
  const hasFailed = outcome.kind === 'failed' || study.state === 'failed'
  const { name, best, goal, reason } = study
  const title = t(hasFailed ? 'desktop.failed' : 'desktop.ended', { name })
  const bestText =
    best === null
      ? t('desktop.noBest')
      : t('desktop.bestValue', {
          metric: metricLabel(goal.metric, rowObjective(study.objective), t),
          value: formatMetric(best.value),
          trial: best.number,
        })
  return { title, body: reason === null ? bestText : `${bestText}\n${t.format(reason)}` }
}

type Shown = Pick<Notification, 'on' | 'show'>

/** Shown notifications, kept: one that is collected as garbage forgets its click. */
export class Notifier {
  readonly #create: (options: NotificationConstructorOptions) => Shown
  readonly #shown = new Set<Shown>()

  constructor(create: (options: NotificationConstructorOptions) => Shown) {
    this.#create = create
  }

  notify(text: NotificationConstructorOptions, onClick: () => void): void {
    const notification = this.#create(text)
    this.#shown.add(notification)
    notification.on('click', onClick)
    notification.on('close', () => this.#shown.delete(notification))
    notification.show()
  }
}
