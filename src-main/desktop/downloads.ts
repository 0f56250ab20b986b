import path from 'node:path'
import type { App, Session } from 'electron'

/** What the page offers to save goes through a dialog, and only what the page itself has built. */
export function askWhereToSave(session: Pick<Session, 'on'>, app: Pick<App, 'getPath'>): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:app://bundle/')) {
      event.preventDefault()
      return
    }
    const name = path.basename(item.getFilename())
    item.setSaveDialogOptions({ defaultPath: path.join(app.getPath('downloads'), name) })
  })
}
