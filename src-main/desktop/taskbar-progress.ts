import type { BrowserWindow } from 'electron'
import type { Activity } from './activity.ts'

/** Shows on the taskbar how far the running studies are; moving stripes where the end is unknown. */
export function showProgress(
  window: Pick<BrowserWindow, 'setProgressBar'>,
  { running, progress }: Activity,
): void {
  if (running.length === 0) window.setProgressBar(-1)
  else if (progress === null) window.setProgressBar(2, { mode: 'indeterminate' })
  else window.setProgressBar(progress, { mode: 'normal' })
}
