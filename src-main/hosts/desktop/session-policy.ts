import path from 'node:path'
import type { App, Session } from 'electron'
import type { Translate } from '../../core/i18n/translate.ts'
import { isOwnAddress } from './page-address.ts'

/** The only permission that the page may have: writing to the clipboard, for its copy buttons. */
const allowedPermissions: readonly string[] = ['clipboard-sanitized-write']

/** Addresses that never leave this machine: the page's own, and what it builds in memory. */
function isLocalAddress(address: string): boolean {
  return isOwnAddress(address) || /^(blob:app:\/\/bundle\/|data:)/.test(address)
}

/**
 * DO NOT LOOSEN without reading docs/desktop.md. Denies every permission but one, every device, screen
 * capture, and every request that would leave the page's own origin: the application works without a network, and
 * nothing in it may try. Developer tools load from `devtools:` and are let through where they are allowed at all.
 */
export function hardenSession(
  session: Pick<
    Session,
    | 'setPermissionRequestHandler'
    | 'setPermissionCheckHandler'
    | 'setDevicePermissionHandler'
    | 'setDisplayMediaRequestHandler'
    | 'setBluetoothPairingHandler'
    | 'setSpellCheckerEnabled'
    | 'webRequest'
  >,
  { platform, devTools }: { readonly platform: NodeJS.Platform; readonly devTools: boolean },
): void {
  session.setPermissionRequestHandler((contents, permission, callback) => {
    callback(isOwnAddress(contents.getURL()) && allowedPermissions.includes(permission))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin) =>
      isOwnAddress(origin) && allowedPermissions.includes(permission),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, callback) => {
    callback(null)
  })
  // macOS pairs by itself and has no such handler.
  if (platform !== 'darwin') {
    session.setBluetoothPairingHandler((_details, callback) => {
      callback({ confirmed: false })
    })
  }
  // Dictionaries would be downloaded.
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const allowed = isLocalAddress(url) || (devTools && url.startsWith('devtools:'))
    callback({ cancel: !allowed })
  })
}

/**
 * Downloads go through a dialog; only those that the page itself has built are let through.
 * @param translate the language of the moment
 */
export function askWhereToSave(
  session: Pick<Session, 'on'>,
  app: Pick<App, 'getPath'>,
  translate: () => Translate,
): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:app://bundle/')) {
      event.preventDefault()
      return
    }
    const name = path.basename(item.getFilename())
    item.setSaveDialogOptions({
      // Without one it is the address that the page made up.
      title: translate()('desktop.saveFile', { name }),
      defaultPath: path.join(app.getPath('downloads'), name),
    })
  })
}
