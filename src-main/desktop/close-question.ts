import type { BrowserWindow, Dialog } from 'electron'
import type { DesktopState } from './desktop-state.ts'
import type { DesktopTexts } from './desktop-texts.ts'

export interface CloseAnswer {
  readonly action: 'keepRunning' | 'quit' | 'cancel'
  /** From now on without a question. */
  readonly always: boolean
}

/** What happens to running studies when the last window closes: what was chosen for good, or a question. */
export async function askBeforeClose(
  dialog: Pick<Dialog, 'showMessageBox'>,
  window: BrowserWindow,
  onClose: DesktopState['onClose'],
  texts: DesktopTexts,
): Promise<CloseAnswer> {
  if (onClose !== 'ask') return { action: onClose, always: false }
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message: texts.closeQuestion,
    detail: texts.closeDetail,
    buttons: [texts.keepRunning, texts.stopAndQuit, texts.cancel],
    defaultId: 0,
    cancelId: 2,
    checkboxLabel: texts.askNoMore,
    noLink: true,
  })
  const action = (['keepRunning', 'quit'] as const)[response] ?? 'cancel'
  return { action, always: checkboxChecked && action !== 'cancel' }
}
