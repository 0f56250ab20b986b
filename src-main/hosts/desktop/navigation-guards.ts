import type { App, WebContents } from 'electron'

/**
 * Every page stays where it is, whatever created it: no navigation (dropped files and links included), no redirect,
 * no frame, no new window, no webview. The router moves inside the page by its hash, which is no navigation; no
 * address is ever handed to the system's browser.
 */
export function guardNavigation(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents)
  })
}

function guardContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.on('will-navigate', event => {
    event.preventDefault()
  })
  contents.on('will-frame-navigate', event => {
    event.preventDefault()
  })
  contents.on('will-redirect', event => {
    event.preventDefault()
  })
  contents.on('will-attach-webview', event => {
    event.preventDefault()
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
