import { t } from '../../composables/localize.ts'
import type { OtherAction } from './study-actions.ts'

/** What can be done with a study, in words. */
export function actionText(action: OtherAction): string {
  if (action === 'stayPaused' || action === 'report') return t(`study.${action}`)
  if (action === 'stopAfter' || action === 'stopNow') return t(`steering.${action}`)
  if (action === 'model') return t('menu.opens', { name: t('model.title') })
  return t('menu.opens', { name: t(action === 'change' ? 'steering.change' : 'baseline.title') })
}
