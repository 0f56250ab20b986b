import type { Translate } from '../../../core/i18n/translate.ts'
import type { StudyForecast } from '../node/forecast-study.ts'

/** A study that will not fit is a warning. */
export function forecastLine({ message, isTooLarge }: StudyForecast, t: Translate): string {
  return isTooLarge ? t('cli.warningSentence', { sentence: message }) : t.format(message)
}
