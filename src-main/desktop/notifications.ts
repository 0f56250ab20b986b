import type { Notification, NotificationConstructorOptions } from 'electron'
import type { Language } from '../i18n/language.ts'
import { createTranslate } from '../i18n/translate.ts'
import { formatMetric } from '../i18n/format-number.ts'
import type { Outcome } from './activity.ts'

/** What a notification about the end of a study says: how it ended, and the best value. */
export function notificationText(
  outcome: Outcome,
  language: Language,
): Required<Pick<NotificationConstructorOptions, 'title' | 'body'>> {
  const t = createTranslate(language)
  const { study } = outcome
  if (study === null) return { title: t('desktop.studyFailed'), body: '' }
  const hasFailed = outcome.kind === 'failed' || study.state === 'failed'
  const title = hasFailed
    ? t('desktop.failed', { name: study.name })
    : t('desktop.ended', { name: study.name })
  const best =
    study.best === null
      ? t('desktop.noBest')
      : t('desktop.bestValue', {
          metric: study.goal.metric,
          value: formatMetric(study.best.value),
          trial: study.best.number,
        })
  const reason = study.reason === null ? null : t.say(study.reason)
  return { title, body: [best, reason].filter(text => text !== null).join('\n') }
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
