import type { BrowserWindow, Dialog } from 'electron'
import type { DesktopState } from './desktop-state.ts'
import type { Translate } from '../../core/i18n/translate.ts'

export interface CloseAnswer {
  readonly action: 'keepRunning' | 'quit' | 'cancel'
  /** From now on without a question. */
  readonly always: boolean
}

/** The fate of running studies when the last window closes: as chosen for good, or by a question. */
export async function askBeforeClose(
  dialog: Pick<Dialog, 'showMessageBox'>,
  window: BrowserWindow,
  onClose: DesktopState['onClose'],
  t: Translate,
): Promise<CloseAnswer> {
  if (onClose !== 'ask') return { action: onClose, always: false }
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message: t('desktop.closeQuestion'),
    detail: t('desktop.closeDetail'),
    buttons: [t('desktop.keepRunning'), t('desktop.stopAndQuit'), t('desktop.cancel')],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: t('desktop.askNoMore'),
    noLink: true,
  })
  const action = (['keepRunning', 'quit'] as const)[response] ?? 'cancel'
  return { action, always: checkboxChecked && action !== 'cancel' }
}
