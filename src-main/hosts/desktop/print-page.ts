import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Electron from 'electron'
import { AppError, reasonOf } from '../../core/errors/errors.ts'
import { inTemporaryFolder } from '../../platform/files/temporary.ts'
import { MAX_TAGGED_CHARACTERS } from '../../core/questions/report.ts'

/** Each page has a session of its own, so that none may load what another one may. */
let printed = 0

/**
 * Prints a page of the report on A4, by Electron's own browser: hidden, without scripts, without a network, in a session that
 * is gone afterwards and may load this page and nothing else.
 * @throws AppError `child.gone` where Electron cannot print it
 */
export async function printPage(
  electron: Pick<typeof Electron, 'BrowserWindow' | 'session'>,
  html: string,
): Promise<Uint8Array> {
  return inTemporaryFolder('print', async folder => printFrom(electron, folder, html))
}

async function printFrom(
  { BrowserWindow, session }: Pick<typeof Electron, 'BrowserWindow' | 'session'>,
  folder: string,
  html: string,
): Promise<Uint8Array> {
  const file = path.join(folder, 'page.html')
  const address = pathToFileURL(file).href
  const printSession = session.fromPartition(`print-${++printed}`)
  printSession.webRequest.onBeforeRequest(({ url }, callback) => {
    callback({ cancel: url !== address && !url.startsWith('data:') })
  })
  printSession.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false)
  })
  printSession.setPermissionCheckHandler(() => false)
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: printSession,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      javascript: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  })
  try {
    await writeFile(file, html)
    await window.loadURL(address)
    return await window.webContents.printToPDF({
      preferCSSPageSize: true,
      printBackground: true,
      generateTaggedPDF: html.length <= MAX_TAGGED_CHARACTERS,
    })
  } catch (error) {
    const reason = reasonOf(error)
    throw new AppError('child.gone', { child: 'printing', reason }, error)
  } finally {
    window.destroy()
  }
}
